package awsmodel

import "strings"

// capitalized is how optimized integrations write the name of a member: as the model has it, beginning with a capital.
func capitalized(name string) string {
	if name == "" {
		return ""
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// sdkName is how AWS SDK integrations write it. They go through the SDK for Java, which makes one word of a run of
// capitals at the beginning: SSEKMSKeyId is SsekmsKeyId, MD5OfMessageBody is Md5OfMessageBody, but ETag stays.
func sdkName(name string) string {
	run := 0
	for run < len(name) && isUpper(name[run]) {
		run++
	}
	if run > 1 && run < len(name) && name[run] >= 'a' && name[run] <= 'z' {
		run-- // it begins the next word
	}
	return capitalized(strings.ToLower(name[:run]) + name[run:])
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
