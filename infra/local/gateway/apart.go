package gateway

import "syscall"

// apart keeps Ctrl-C in the terminal from reaching a process before the gateway has ended its work. A process whose gateway is gone
// ends by itself: nobody answers when it asks for the next event.
func apart() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Setpgid: true}
}
