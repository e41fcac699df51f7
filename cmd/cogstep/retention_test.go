package main

import (
	"strings"
	"testing"
	"time"
)

func TestRetention(t *testing.T) {
	for text, want := range map[string]time.Duration{
		"90d": 90 * 24 * time.Hour, "0d": 0, "0": 0, "36h": 36 * time.Hour, "1h30m": 90 * time.Minute,
	} {
		var r retention
		if err := r.UnmarshalText([]byte(text)); err != nil || time.Duration(r) != want {
			t.Errorf("%s: %v, %v", text, time.Duration(r), err)
		}
	}
	for _, text := range []string{"", "d", "90", "-1d", "-1h", "1.5d", "90000d", "ever"} {
		var r retention
		if err := r.UnmarshalText([]byte(text)); err == nil || !strings.Contains(err.Error(), "say 90d") {
			t.Errorf("%q: %v, %v", text, time.Duration(r), err)
		}
	}
}
