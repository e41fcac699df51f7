package history

// LogLevel says which events of an execution its log shows. Each level shows what the one before it shows, and more.
type LogLevel uint8

// The levels of logging.
const (
	LogOff   LogLevel = iota
	LogFatal          // an execution that failed, timed out or was stopped
	LogError          // and the failures on the way there
	LogAll
)

var logLevels = [...]string{LogOff: "OFF", LogFatal: "FATAL", LogError: "ERROR", LogAll: "ALL"}

// ParseLogLevel returns the level that a logging configuration names; ok is false if there is none of that name.
func ParseLogLevel(name string) (l LogLevel, ok bool) {
	for i, n := range logLevels {
		if n == name {
			return LogLevel(i), true
		}
	}
	return LogOff, false
}

// String returns the level's name as the API spells it, "" for a number that is no level.
func (l LogLevel) String() string {
	if int(l) >= len(logLevels) {
		return ""
	}
	return logLevels[l]
}

// Shows reports whether a log of level l has events of type t.
func (l LogLevel) Shows(t Type) bool { return t.valid() && l >= types[t].level }
