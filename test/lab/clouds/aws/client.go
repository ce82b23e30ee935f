// The lab's aws: hands its arguments, folder, environment and files to the server (serve.py) that listens on
// LAB_AWS_SOCKET, and ends as the call there ended. Where nobody listens it becomes the plain aws, LAB_AWS_PLAIN.
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
)

func main() {
	link, err := net.DialUnix("unix", nil, &net.UnixAddr{Name: os.Getenv("LAB_AWS_SOCKET"), Net: "unix"})
	if err != nil {
		plain := os.Getenv("LAB_AWS_PLAIN")
		err = syscall.Exec(plain, append([]string{plain}, os.Args[1:]...), os.Environ())
		fmt.Fprintf(os.Stderr, "aws of the lab: %s: %v\n", plain, err)
		os.Exit(255)
	}
	cwd, _ := os.Getwd()
	env := map[string]string{}
	for _, entry := range os.Environ() {
		if name, value, found := strings.Cut(entry, "="); found && !strings.HasPrefix(name, "LAB_AWS_") {
			env[name] = value
		}
	}
	request, _ := json.Marshal(map[string]any{"args": os.Args[1:], "cwd": cwd, "env": env})
	asked := make(chan os.Signal, 8)
	signal.Notify(asked, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT)
	// The files travel with the first byte; the kernel may take the rest in pieces.
	if _, _, err = link.WriteMsgUnix(request[:1], syscall.UnixRights(0, 1, 2), nil); err == nil {
		_, err = link.Write(append(request[1:], '\n'))
	}
	go func() {
		for one := range asked {
			fmt.Fprintf(link, "signal %d\n", one)
		}
	}()
	answer, _ := bufio.NewReader(link).ReadString('\n')
	var how string
	number := 255
	fmt.Sscanf(answer, "%s %d", &how, &number)
	if how == "signal" {
		if number != int(syscall.SIGQUIT) {
			signal.Reset()
			syscall.Kill(os.Getpid(), syscall.Signal(number))
			// It comes in a moment.
			time.Sleep(time.Second)
		}
		// Go would answer SIGQUIT with all its stacks: what a shell shows of such an end has to do.
		os.Exit(128 + number)
	}
	if how == "" {
		fmt.Fprintln(os.Stderr, "aws of the lab: the server gave no answer:", err)
	}
	os.Exit(number)
}
