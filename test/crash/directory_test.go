package crash

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/cogstep/cogstep/test/program"
)

// exitBroken is the exit code of a command that could not do its work.
const exitBroken = 3

// A server that cannot use its data directory does not serve. It says which directory or file it is, what is wrong
// and what to do, and tells by its exit code that it did not do its work.
func TestADirectoryThatCannotBeUsedIsNamed(t *testing.T) {
	replace := func(pattern, content string) func(*testing.T, string) {
		return func(t *testing.T, dir string) {
			files, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil || len(files) == 0 {
				t.Fatalf("no %s: %v", pattern, err)
			}
			if err := os.WriteFile(files[len(files)-1], []byte(content), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, c := range []struct {
		name  string
		spoil func(t *testing.T, dir string)
		says  []string
	}{
		{"in use", func(t *testing.T, dir string) { program.Start(t, nil, "--data", dir) }, []string{"in use by another process", "stop the other process"}},
		{"newer format", replace("FORMAT", "cogstep data directory, format 99\n"), []string{"format 99", "use the newer program"}},
		{"log cut off", replace("db/*.log", ""), []string{".log", "is damaged", "backup"}},
		{"manifest cut off", replace("db/MANIFEST-*", ""), []string{"MANIFEST-", "is damaged", "backup"}},
		{"table cut off", replace("db/*.sst", ""), []string{".sst", "is damaged", "backup"}},
		{"not writable", readOnly, []string{"cannot be written", "make it writable"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			dir := filepath.Join(t.TempDir(), "data")
			for range 3 { // tables are written when a log is read again
				if err := program.Start(t, nil, "--data", dir).Stop(); err != nil {
					t.Fatal(err)
				}
			}
			c.spoil(t, dir)
			s := program.Launch(t, nil, "--data", dir)
			if s.Await() == nil {
				t.Fatal("it serves")
			}
			if code := s.ExitCode(); code != exitBroken {
				t.Errorf("exit code %d, want %d", code, exitBroken)
			}
			for _, want := range append(c.says, dir) {
				if !strings.Contains(s.Log(), want) {
					t.Errorf("it does not say %q:\n%s", want, s.Log())
				}
			}
		})
	}
}

// readOnly mounts a directory over itself so that not even root can write it.
func readOnly(t *testing.T, dir string) {
	for _, args := range [][]string{{"--bind", dir, dir}, {"-o", "remount,bind,ro", dir}} {
		if err := run("mount", args...); err != nil {
			t.Skipf("SKIPPED: %v", err)
		}
		if args[0] == "--bind" {
			t.Cleanup(func() {
				if err := run("umount", dir); err != nil {
					t.Error(err)
				}
			})
		}
	}
}
