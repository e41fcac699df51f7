package awsmodel

import (
	"regexp"
	"strings"
)

// The steps by which the SDK's generator finds the words of a name. Each works on the text that the step before it
// left, so their order counts.
var (
	notAWord     = regexp.MustCompile(`[^A-Za-z0-9]+`)
	smallVersion = regexp.MustCompile(`([^a-z]{2,})v([0-9]+)`) // TESTv4: TEST v4
	largeVersion = regexp.MustCompile(`([^A-Z]{2,})V([0-9]+)`) // TestV4: Test V4
	afterAcronym = regexp.MustCompile(`([A-Z]+)([A-Z][a-z])`)  // ACMSuccess: ACM Success
	afterDigit   = regexp.MustCompile(`([0-9])([a-zA-Z])`)     // s3ec2: s3 ec2
)

// words splits a name into its words.
func words(name string) []string {
	name = notAWord.ReplaceAllString(name, " ")
	name = smallVersion.ReplaceAllString(name, "$1 v$2 ")
	name = largeVersion.ReplaceAllString(name, "$1 V$2 ")
	name = humps(name)
	name = afterAcronym.ReplaceAllString(name, "$1 $2")
	name = afterDigit.ReplaceAllString(name, "$1 $2")
	return strings.Fields(name)
}

// humps puts a space between a small letter and a capital that a letter or digit follows: AcmSuccess is Acm Success.
func humps(name string) string {
	var b strings.Builder
	for i := range len(name) {
		if i > 0 && i+1 < len(name) && isLower(name[i-1]) && isUpper(name[i]) && (isUpper(name[i+1]) || isLower(name[i+1]) || isDigit(name[i+1])) {
			b.WriteByte(' ')
		}
		b.WriteByte(name[i])
	}
	return b.String()
}
