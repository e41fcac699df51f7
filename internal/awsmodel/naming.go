package awsmodel

import (
	"regexp"
	"strings"
)

// AWS SDK integrations write names as the AWS SDK for Java v2 does, whose generator makes them of the names in the
// models; optimized integrations are older and write a member as the model does, beginning with a capital.
// Source: DefaultNamingStrategy, Utils and CodegenNamingUtils of aws/aws-sdk-java-v2; that they apply: the names in
// the documentation of AWS Step Functions, which the tests hold against these rules.

// Capitalized is how optimized integrations write the name of a member: as the model has it, beginning with a capital.
func Capitalized(name string) string {
	if name == "" || !isLower(name[0]) {
		return name
	}
	return strings.ToUpper(name[:1]) + name[1:]
}

// uncapitalized makes one word in small letters of the capitals at the beginning, but for the capital that begins the
// next word: DescribeDBInstances is describeDBInstances, DBInstances is dbInstances.
func uncapitalized(name string) string {
	run := 0
	for run < len(name) {
		run++
		if run == len(name) || !isUpper(name[run]) || run+1 < len(name) && isLower(name[run+1]) {
			break
		}
	}
	return strings.ToLower(name[:run]) + name[run:]
}

// dated is the date that CloudFront's model puts behind the names of its operations.
var dated = regexp.MustCompile(`\d{4}_\d\d_\d\d$`)

// actionName is how Step Functions writes the name of an operation: CreateInvalidation2020_05_31 is createInvalidation.
func actionName(operation string) string { return uncapitalized(dated.ReplaceAllString(operation, "")) }

// sdkName is how AWS SDK integrations write the name of a member of a shape, but for the exceptions in renamed.
// SSEKMSKeyId is SsekmsKeyId, MD5OfMessageBody is Md5OfMessageBody, equals is EqualsValue, but ETag stays.
func sdkName(of *Shape, member string) string {
	name := uncapitalized(member)
	taken := javaStructure
	if of.Exception {
		taken = javaException
	}
	if javaKeyword[strings.ToLower(name)] || javaMethod[name] || taken[name] || of.Union && name == "type" {
		name += "Value"
	}
	return Capitalized(name)
}

// Names that a class in Java cannot give to a member: any class, one made of a structure, one made of an exception.
var (
	javaKeyword = set(`abstract assert boolean break byte case catch char class const continue default do double else
		enum extends false final finally float for goto if implements import instanceof int interface long native new
		null package private protected public return short static strictfp super switch synchronized this throw throws
		transient true try void volatile while`)
	javaMethod    = set(`equals finalize getClass hashCode notify notifyAll toString wait builder sdkFields toBuilder`)
	javaStructure = set(`overrideConfiguration sdkHttpResponse`)
	javaException = set(`awsErrorDetails cause fillInStackTrace getCause getLocalizedMessage getMessage getStackTrace
		getSuppressed isClockSkewException isThrottlingException printStackTrace requestId retryable
		serializableBuilderClass statusCode`)
)

func set(words string) map[string]bool {
	all := map[string]bool{}
	for word := range strings.FieldsSeq(words) {
		all[word] = true
	}
	return all
}

// renamed are the members that the SDK renames beyond the rules: service's folder, shape and member → the name.
// Source: emitPropertyName in the SDK's customization.config of each service.
var renamed = map[string]string{
	"dynamodb AttributeValue NULL":    "Nul",
	"s3 CopyObjectRequest Bucket":     "DestinationBucket",
	"s3 CopyObjectRequest Key":        "DestinationKey",
	"s3 UploadPartCopyRequest Bucket": "DestinationBucket",
	"s3 UploadPartCopyRequest Key":    "DestinationKey",
}

// CopySource are the members that the SDK adds to the inputs of s3:copyObject and s3:uploadPartCopy. They stand for the
// member CopySource, whose value is "bucket/key" or "bucket/key?versionId=version", each part percent-encoded.
// Source: the SDK's customization.config of S3.
var CopySource = struct{ Member, Bucket, Key, VersionID string }{"CopySource", "SourceBucket", "SourceKey", "SourceVersionId"}

// HasCopySource reports whether a shape of a service is an input to which the SDK adds the members of [CopySource].
func (s *Service) HasCopySource(input *Shape) bool {
	return s.Folder == "s3" && input != nil && (input.Name == "CopyObjectRequest" || input.Name == "UploadPartCopyRequest")
}

// SDKName is how AWS SDK integrations write the name of the member, in parameters and results.
func (m *Member) SDKName() string { return m.sdk }

// OptimizedName is how optimized integrations write it.
func (m *Member) OptimizedName() string { return Capitalized(m.Name) }

// Field returns the member of a structure that a parameter of a Task means, or nil. AWS SDK integrations take the
// SDK's name; what optimized integrations and the model call it is taken by both, since people write these and no name
// can mean two members.
func (s *Shape) Field(name string) *Member {
	var found *Member
	for i := range s.Members {
		m := &s.Members[i]
		if m.sdk == name {
			return m
		}
		if m.Name == name || m.OptimizedName() == name {
			found = m
		}
	}
	return found
}

// name writes down the names that follow from those of the model.
func (s *Service) name() {
	s.Prefix = prefix(s.ID)
	s.Resource = strings.ToLower(s.Prefix)
	for _, shape := range s.shapes {
		for i := range shape.Members {
			m := &shape.Members[i]
			if m.sdk = renamed[s.Folder+" "+shape.Name+" "+m.Name]; m.sdk == "" {
				m.sdk = sdkName(shape, m.Name)
			}
		}
	}
}

// prefix makes the first part of the error names of a service of its id: "Config Service" is Config. In small letters
// it is the service's name in resources.
func prefix(id string) string {
	name := pascal(id)
	name = strings.TrimPrefix(name, "Amazon")
	name = strings.TrimPrefix(name, "Aws")
	return strings.TrimSuffix(name, "Service")
}

// ExceptionName is what AWS SDK integrations call an exception, after the prefix and a dot: DBInstanceNotFoundFault is
// DbInstanceNotFoundException. name is that of the shape.
func ExceptionName(name string) string {
	if base, ok := strings.CutSuffix(name, "Fault"); ok {
		return pascal(base) + "Exception"
	}
	if strings.HasSuffix(name, "Exception") {
		return pascal(name)
	}
	return pascal(name) + "Exception"
}

// ErrorName is how AWS SDK integrations write the name of an error: "DynamoDb.ConditionalCheckFailedException". shape is
// nil for an error that the model does not have: "DynamoDb.DynamoDbException".
func (s *Service) ErrorName(shape *Shape) string {
	if shape == nil {
		return s.Prefix + "." + s.Prefix + "Exception"
	}
	return s.Prefix + "." + ExceptionName(shape.Name)
}

// pascal joins the words of a name, each in small letters after a capital.
func pascal(name string) string {
	var b strings.Builder
	for _, word := range words(name) {
		b.WriteString(Capitalized(strings.ToLower(word)))
	}
	return b.String()
}

func isUpper(c byte) bool { return c >= 'A' && c <= 'Z' }
func isLower(c byte) bool { return c >= 'a' && c <= 'z' }
func isDigit(c byte) bool { return c >= '0' && c <= '9' }
