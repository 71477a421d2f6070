package setup

import (
	"path/filepath"
	"strings"
	"testing"
)

// pythonSays runs a program of Python that finds the scripts, and returns what it prints.
func pythonSays(t *testing.T, python, program string, arguments ...string) string {
	t.Helper()
	program = "import sys; sys.path.append(sys.argv[1]); " + program
	arguments = append([]string{python, "-c", program, absolute(t, ".")}, arguments...)
	printed, err := command(t, t.TempDir(), arguments).CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s", err, printed)
	}
	return string(printed)
}

// Of pip's settings those stay that say how to reach packages; exported ones override files.
func TestSettingsOfPip(t *testing.T) {
	t.Parallel()
	listing := `:env:.index-url='https://b/simple'
:env:.target='/c'
:env:.timeout='9'
global.find-links='/a\n/b'
global.index-url='https://a/simple'
global.no-binary=':all:'
install.user='true'
list.format='columns'`
	got := pythonSays(t, "python3", "import pip_install; "+
		"print(*sorted(pip_install.settings(sys.argv[2]).items()), sep='\\n')", listing)
	want := `('PIP_FIND_LINKS', '/a /b')
('PIP_INDEX_URL', 'https://b/simple')
('PIP_TIMEOUT', '9')
`
	if got != want {
		t.Errorf("settings\n%s\nwant\n%s", got, want)
	}
}

// Only pip's own library reads the conditions of requirements.txt, hence the set-up's Python.
func TestPackages(t *testing.T) {
	t.Parallel()
	python := absolute(t, "../../.local/venv/bin/python")
	site := filepath.Join(t.TempDir(), "lib/python3/site-packages")
	write(t, filepath.Join(site, "a/a.py"), "1")
	write(t, filepath.Join(site, "A_b.c-1.0.dist-info/RECORD"),
		"a/a.py,sha256=x,1\n../../../bin/a,sha256=x,5\n\"a,b.pyc\",,\n")
	write(t, filepath.Join(site, "../../../bin/a"), "#!/usr/bin/python")
	requirements := "# c==1\na-b-c==1.0 \\\n    --hash=sha256:0\n" +
		"d==2 ; python_full_version < '3' \\\n    --hash=sha256:0\ne==3 ; os_name == 'posix'\n"
	program := "import pathlib, packages; site = pathlib.Path(sys.argv[2]); " +
		"print(packages.required(sys.argv[3]), packages.damaged(site, packages.installed(site)" +
		"['a_b_c', '1.0']))"
	has(t, pythonSays(t, python, program, site, requirements),
		"{'a_b_c': '1.0', 'e': '3'} None\n")
	write(t, filepath.Join(site, "a/a.py"), "22")
	has(t, pythonSays(t, python, program, site, ""), "{} a/a.py has 2 bytes, not 1\n")
}

// GoNB's sockets have room for so much of a path.
func TestTemporaryFolderOfTheKernel(t *testing.T) {
	t.Parallel()
	program := "import kernel, pathlib; " +
		"kernel.LOCAL = pathlib.Path('/' + 'é' * 32 + sys.argv[2]); " +
		"print(kernel.temporary_folder())"
	// 65 and 4 bytes, and one more.
	inside := "/" + strings.Repeat("é", 32) + "/tmp"
	for more, want := range map[string]string{"": inside, "x": "/tmp"} {
		if got := strings.TrimSpace(pythonSays(t, "python3", program, more)); got != want {
			t.Errorf("the folder is %q, want %q", got, want)
		}
	}
}

func TestCertificates(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	system := filepath.Join(folder, "system.pem")
	company, joined := filepath.Join(folder, "company.pem"), filepath.Join(folder, "joined.pem")
	join := func() string {
		arguments := []string{"python3", absolute(t, "certificates.py"), company, joined}
		printed, _ := command(t, folder, arguments, "USERS_SSL_CERT_FILE="+system).CombinedOutput()
		return string(printed)
	}
	has(t, join(), "company.pem, which can't be read: No such file")
	write(t, company, "\x30\x82")
	has(t, join(), "no certificate in PEM format", "openssl x509 -inform der")
	write(t, system, "system's")
	write(t, company, "-----BEGIN CERTIFICATE-----\n")
	if printed := join(); printed != "" {
		t.Error(printed)
	}
	if got := contentOf(t, joined); !strings.HasPrefix(got, "system's\n-----BEGIN") {
		t.Errorf("joined %q", got)
	}
}
