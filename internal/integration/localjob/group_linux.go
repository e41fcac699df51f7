package localjob

import (
	"os/exec"
	"syscall"
)

// ownGroup makes cmd the leader of a process group, and makes it die with the thread that starts it.
func ownGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Pdeathsig: syscall.SIGKILL}
}
