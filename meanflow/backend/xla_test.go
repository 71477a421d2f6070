//go:build cgo && !noxla && linux && amd64

package backend

import (
	"cmp"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// plugin returns the path of the plugin that `make setup` installs.
func plugin(t *testing.T) string {
	t.Helper()
	path, err := filepath.Abs("../../.local/lib/pjrt_c_api_cpu_plugin.so")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Fatalf("the XLA plugin is missing (`make setup` installs it): %v", err)
	}
	return path
}

// fakePlugin writes a file with a plugin's name and the given content into a new folder.
func fakePlugin(t *testing.T, content []byte) (folder, path string) {
	t.Helper()
	folder = t.TempDir()
	path = filepath.Join(folder, "pjrt_c_api_cpu_plugin.so")
	if err := os.WriteFile(path, content, 0o777); err != nil {
		t.Fatal(err)
	}
	return folder, path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return content
}

func TestPluginThatIsThereIsUsed(t *testing.T) {
	folder := "PJRT_PLUGIN_LIBRARY_PATH=" + filepath.Dir(plugin(t))
	expect(t, []string{xlaWorks}, nil, folder)
	expect(t, []string{xlaWorks}, nil, folder, "GOMLX_NO_AUTO_INSTALL=1")
	expect(t, []string{xlaWorks}, nil, folder, "GOMLX_BACKEND=xla")
	expect(t, []string{xlaWorks}, nil, folder, "GOMLX_BACKEND=xla:cpu")
	expect(t, []string{xlaWorks}, nil, folder, "GOMLX_BACKEND=stablehlo:cpu,noshared_buffers")
	expect(t, []string{xlaWorks}, nil, "GOMLX_BACKEND=xla:"+plugin(t))
	expect(t, []string{pureGoWorks}, nil, folder, "GOMLX_BACKEND=go")
	expect(t, []string{"error: ", "tpu"}, nil, folder, "GOMLX_BACKEND=xla:tpu")
}

func TestPluginWhereGoMLXInstallsIt(t *testing.T) {
	home := t.TempDir()
	folder := filepath.Join(home, ".local/lib/go-xla")
	if err := os.MkdirAll(folder, 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(plugin(t), filepath.Join(folder, "pjrt_c_api_cpu_plugin.so")); err != nil {
		t.Fatal(err)
	}
	expect(t, []string{xlaWorks}, nil, "HOME="+home, "MEANFLOW_SET_UP_FOLDER="+t.TempDir())
}

// Without variables, a program finds the plugin in the checkout that it was built from.
func TestPluginOfTheCheckout(t *testing.T) {
	expect(t, []string{xlaWorks}, nil, "GOMLX_NO_AUTO_INSTALL=1")
	expect(t, []string{xlaWorks}, nil, "GOMLX_BACKEND=xla", "GOMLX_NO_AUTO_INSTALL=1")
	expect(t, []string{xlaWorks}, nil, "GOMLX_BACKEND=xla:cpu,noshared_buffers")
	folder, path := fakePlugin(t, []byte("not here"))
	expect(t, []string{pureGoWorks}, []string{path, "not a shared library"},
		"MEANFLOW_SET_UP_FOLDER="+folder)
	expect(t, []string{pureGoWorks}, []string{"pure Go"},
		"MEANFLOW_SET_UP_FOLDER="+t.TempDir(), "GOMLX_NO_AUTO_INSTALL=1")
}

// A file that is not a plugin is an error if GOMLX_BACKEND asks for XLA, and makes New fall back to
// pure Go otherwise. No such file crashes the process.
func TestBadPlugins(t *testing.T) {
	whole := read(t, plugin(t))
	libraries, err := filepath.Glob("/lib*/x86_64-linux-gnu/libm.so.6")
	if err != nil || len(libraries) == 0 {
		libraries, _ = filepath.Glob("/lib*/libm.so.6")
	}
	if len(libraries) == 0 {
		t.Fatal("found no libm.so.6 to use in place of a plugin")
	}
	library := read(t, libraries[0])
	foreign := append([]byte(nil), library...)
	foreign[18], foreign[19] = 183, 0 // e_machine of the ELF header: AArch64.
	for name, test := range map[string]struct {
		content []byte
		want    string
	}{
		"empty":                {nil, "not a shared library"},
		"text":                 {[]byte("not here"), "not a shared library"},
		"cut short":            {whole[:len(whole)/2], "cut short"},
		"cut short a little":   {whole[:len(whole)-1000], "cut short"},
		"another library":      {library, "GetPjrtApi"},
		"another architecture": {foreign, "EM_AARCH64"},
		"another C library":    {unresolved(t), "no_such_variable"},
	} {
		t.Run(name, func(t *testing.T) {
			folder, path := fakePlugin(t, test.content)
			folderVariable := "PJRT_PLUGIN_LIBRARY_PATH=" + folder
			refused := []string{"error: ", path, test.want}
			expect(t, refused, nil, "GOMLX_BACKEND=xla:"+path)
			expect(t, refused, nil, "GOMLX_BACKEND=xla", folderVariable)
			expect(t, []string{pureGoWorks}, []string{path, test.want, "pure Go"}, folderVariable)
		})
	}
	missing := "/no/such/plugin.so"
	expect(t, []string{"error: ", missing}, nil, "GOMLX_BACKEND=xla:"+missing)
	expect(t, []string{"error: ", "not a file"}, nil, "GOMLX_BACKEND=xla:"+t.TempDir())
}

// unresolved compiles a plugin that needs a variable which no library has.
func unresolved(t *testing.T) []byte {
	t.Helper()
	source, library := filepath.Join(t.TempDir(), "a.c"), filepath.Join(t.TempDir(), "a.so")
	const code = "extern int no_such_variable;\n" +
		"int *GetPjrtApi(void) { return &no_such_variable; }\n"
	if err := os.WriteFile(source, []byte(code), 0o666); err != nil {
		t.Fatal(err)
	}
	compiler := cmp.Or(os.Getenv("CC"), "cc")
	out, err := exec.Command(compiler, "-shared", "-fPIC", "-o", library, source).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", compiler, err, out)
	}
	return read(t, library)
}

func TestNoPlugin(t *testing.T) {
	empty := "PJRT_PLUGIN_LIBRARY_PATH=" + t.TempDir()
	expect(t, []string{pureGoWorks}, []string{"pure Go", "GOMLX_NO_AUTO_INSTALL", "make setup"},
		empty, "GOMLX_NO_AUTO_INSTALL=1")
	expect(t, []string{"error: ", "no plugins found"}, nil,
		empty, "GOMLX_NO_AUTO_INSTALL=1", "GOMLX_BACKEND=xla")
	// A proxy address at which nothing listens acts like a missing network.
	unplugged := "HTTPS_PROXY=http://127.0.0.1:1"
	expect(t, []string{pureGoWorks}, []string{"pure Go", "could not install"}, empty, unplugged)
	expect(t, []string{"error: ", "could not install"}, nil, empty, unplugged, "GOMLX_BACKEND=xla")
}

// The installation ends in time on a network that accepts connections and never answers.
func TestInstallationEndsInTime(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	expect(t, []string{pureGoWorks}, []string{"did not install one within 1s"},
		"PJRT_PLUGIN_LIBRARY_PATH="+t.TempDir(),
		"HTTPS_PROXY=http://"+listener.Addr().String(),
		"MEANFLOW_INSTALL_TIMEOUT=1s")
}

// setInstallation sets, in a child process, the installer's time limit and the folder in which the
// set-up installs a plugin.
func setInstallation() {
	if folder := os.Getenv("MEANFLOW_SET_UP_FOLDER"); folder != "" {
		setUpFolder = folder
	}
	if limit, err := time.ParseDuration(os.Getenv("MEANFLOW_INSTALL_TIMEOUT")); err == nil {
		installTimeout = limit
	}
}

func TestInnermostErrorIsOneLine(t *testing.T) {
	err := checkPlugin("/no/such/plugin.so")
	text := innermost(err).Error()
	if strings.Contains(text, "\n") || !strings.Contains(text, "no such file") {
		t.Errorf("the innermost error is %q, want one line with %q", text, "no such file")
	}
}
