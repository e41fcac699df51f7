package awsclient

import (
	"net"
	"net/http"
	"os/exec"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/cogstep/cogstep/internal/awsmodel"
)

// startMoto starts a server that resembles AWS, and returns its URL. Without one on this machine, the test is skipped.
func startMoto(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("moto_server")
	if err != nil {
		t.Skip("SKIPPED: there is no moto_server on this machine; pip install 'moto[server]' brings it")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	host, port, _ := net.SplitHostPort(l.Addr().String())
	_ = l.Close()
	cmd := exec.Command(path, "-H", host, "-p", port)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
	})
	url := "http://" + net.JoinHostPort(host, port)
	for end := time.Now().Add(60 * time.Second); ; {
		resp, err := http.Get(url + "/moto-api/data.json")
		if err == nil {
			_ = resp.Body.Close()
			return url
		}
		if time.Now().After(end) {
			t.Fatalf("moto_server does not come up: %v", err)
		}
		time.Sleep(50 * time.Millisecond)
	}
}

// findPython returns a python3 that has botocore in the version of the packed models. Without one, the test is skipped.
func findPython(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("SKIPPED: there is no python3 on this machine")
	}
	version, err := exec.Command(path, "-c", "import botocore; print(botocore.__version__, end='')").Output()
	if err != nil {
		t.Skip("SKIPPED: python3 has no botocore; pip install boto3 brings it")
	}
	if packed := awsmodel.Builtin().Origins()[0].Version; packed != string(version) {
		t.Skipf("SKIPPED: python3 has botocore %s, and the models are those of %s", version, packed)
	}
	return path
}

// testClient calls whatever the endpoint is, once.
func testClient(url string) *Client {
	return New(Config{
		Models: awsmodel.Builtin(), Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
		Endpoints: func(*awsmodel.Service) string { return url }, Attempts: 1,
	})
}

// folders are the packed models by botocore's names.
func folders(t *testing.T) map[string]*awsmodel.Service {
	t.Helper()
	all := map[string]*awsmodel.Service{}
	for _, e := range awsmodel.Builtin().Services() {
		s, ok := awsmodel.Builtin().Find(e.Resource)
		if !ok {
			t.Fatalf("there is no model of %s", e.Resource)
		}
		all[e.Folder] = s
	}
	return all
}
