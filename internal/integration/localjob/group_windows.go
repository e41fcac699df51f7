package localjob

import (
	"os/exec"
	"syscall"
)

// detached is the flag of a process that has no console: DETACHED_PROCESS.
const detached = 0x00000008

func ownSession(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{CreationFlags: detached} }

func ownGroup(*exec.Cmd) {}

func endGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() } // gone is fine

func killGroup(cmd *exec.Cmd) { _ = cmd.Process.Kill() } // gone is fine

func exitCode(cmd *exec.Cmd) int { return cmd.ProcessState.ExitCode() }
