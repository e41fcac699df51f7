package main

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// retention is how long something is kept: "90d", or a duration as Go spells it ("36h"); 0 is for ever.
type retention time.Duration

// UnmarshalText reads a flag's value.
func (r *retention) UnmarshalText(text []byte) error {
	given := string(text)
	days, inDays := strings.CutSuffix(given, "d")
	if n, err := strconv.ParseUint(days, 10, 16); inDays && err == nil {
		*r = retention(time.Duration(n) * 24 * time.Hour)
		return nil
	}
	d, err := time.ParseDuration(given)
	if err != nil || d < 0 {
		return fmt.Errorf("%q is no time to keep something: say 90d or 36h, or 0 for ever", given)
	}
	*r = retention(d)
	return nil
}
