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

// niceness is how far functions stand back when the processor is short: the server goes before them, because all
// executions wait for it, and one waits for a function.
const niceness = 5

// standBack makes the processes that the calling thread starts stand back.
func standBack() { _ = syscall.Setpriority(syscall.PRIO_PROCESS, 0, niceness) } // it may be that nice already
