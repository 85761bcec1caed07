package site

import (
	"errors"
	"fmt"
	"net"
	"syscall"
)

// Free tells whether a port can be listened on; the error names the variable that chooses another.
func Free(what string, port int, variable string) error {
	listener, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
	switch {
	case err == nil:
		return listener.Close()
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("port %d is taken, it is meant for %s: stop what listens there, or choose another port with %s=%d", port, what, variable, port+10)
	default:
		return fmt.Errorf("port %d cannot be used for %s (choose another with %s): %w", port, what, variable, err)
	}
}

func portOr(port int) (int, error) {
	if port != 0 {
		return port, nil
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, fmt.Errorf("find a free port: %w", err)
	}
	defer listener.Close()
	return listener.Addr().(*net.TCPAddr).Port, nil
}
