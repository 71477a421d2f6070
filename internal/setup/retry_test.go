package setup

import (
	"path/filepath"
	"strings"
	"testing"
)

// Messages of Go 1.26 and pip 23 and 26.
func TestRetry(t *testing.T) {
	for _, test := range []struct {
		message, reason string
		calls           int
	}{
		{`go: x@v1.0.0: Get "https://h/x": dial tcp: lookup h: no such host`, "network failed", 3},
		{`dial tcp 192.0.2.1:443: i/o timeout`, "network failed", 3},
		{`dial tcp 192.0.2.1:443: connect: connection refused`, "network failed", 3},
		{`reading https://h/x.zip: 503 Service Unavailable`, "network failed", 3},
		{`net/http: TLS handshake timeout`, "network failed", 3},
		{`pip._vendor.urllib3.exceptions.ReadTimeoutError: Read timed out.`, "network failed", 3},
		{`WARNING: Retrying (Retry(total=0)) after connection broken by 'NameResolutionError'
ERROR: No matching distribution found for anyio==4.16.0`, "network failed", 3},
		{`proxyconnect tcp: dial tcp 127.0.0.1:9: connect: connection refused`, "HTTPS_PROXY", 1},
		{`after connection broken by 'ProxyError('Cannot connect to proxy.', OSError(111))'`,
			"HTTPS_PROXY", 1},
		{`Proxy Authentication Required`, "name and a password", 1},
		{`tls: failed to verify certificate: x509: certificate signed by unknown authority`,
			"make CA=", 1},
		{`SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate ` +
			`verify failed: unable to get local issuer certificate'))`, "make CA=", 1},
		{`x509: certificate has expired or is not yet valid: current time 1970`, "clock", 1},
		{`verifying x@v1.0.0: checksum mismatch`, "mirror", 1},
		{`ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.`, "mirror", 1},
		{`write /x: no space left on device`, "disk is full", 1},
		{`plotting/figure.go:502:1: undefined: timeOut`, "the command failed", 1},
		{`./a.go:500: syntax error`, "the command failed", 1},
	} {
		t.Run(test.message, func(t *testing.T) {
			t.Parallel()
			folder := t.TempDir()
			write(t, filepath.Join(folder, "message"), test.message)
			script(t, filepath.Join(folder, "bin/sleep"), "")
			script(t, filepath.Join(folder, "bin/tool"), "echo >>calls; cat message >&2; exit 7")
			retry := command(t, folder, []string{"sh", absolute(t, "retry"), "tool", "an argument"})
			output, _ := retry.CombinedOutput()
			if status := retry.ProcessState.ExitCode(); status != 7 {
				t.Errorf("status %d, want the tool's 7", status)
			}
			calls := strings.Count(contentOf(t, filepath.Join(folder, "calls")), "\n")
			if calls != test.calls {
				t.Errorf("%d calls, want %d", calls, test.calls)
			}
			has(t, string(output), "Failed: tool an argument\nReason: ", test.reason)
			if last := strings.TrimSpace(string(output)); !strings.HasSuffix(last, test.message) {
				t.Errorf("the tool's message does not come last:\n%s", output)
			}
		})
	}
}

func TestRetrySucceeds(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	script(t, filepath.Join(folder, "bin/sleep"), "")
	script(t, filepath.Join(folder, "bin/tool"), `[ -e failed ] && echo fine && exit
touch failed; echo 'unexpected EOF'; exit 1`)
	output, err := command(t, folder, []string{"sh", absolute(t, "retry"), "tool"}).CombinedOutput()
	if err != nil {
		t.Errorf("%v", err)
	}
	want := "unexpected EOF\nThe network failed; trying again in 5 seconds.\nfine\n"
	if string(output) != want {
		t.Errorf("it prints %q, want %q", output, want)
	}
}
