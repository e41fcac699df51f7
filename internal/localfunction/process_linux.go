package localfunction

import (
	"os/exec"
	"syscall"
)

// ownGroup makes cmd the leader of a process group of its own, and makes it die with the thread that starts it: see
// spawner.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}

// killGroup ends cmd and everything it has started.
func killGroup(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) } // gone is fine
