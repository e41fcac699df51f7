package executionlog

import (
	"context"
	"io"
	"testing"

	"github.com/cogstep/cogstep/internal/history"
)

func BenchmarkRecorded(b *testing.B) {
	for _, level := range []history.LogLevel{history.LogOff, history.LogFatal, history.LogAll} {
		b.Run(level.String(), func(b *testing.B) {
			l := New(Config{Sink: ToWriter(io.Discard), Settings: func(context.Context, string) (Settings, error) {
				return Settings{Level: level, IncludeData: true}, nil
			}})
			defer l.Close(b.Context())
			of := origin("x")
			b.ReportAllocs()
			for b.Loop() {
				l.Recorded(of, story)
			}
		})
	}
}
