package localjob

import (
	"maps"
	"os"
	"path/filepath"
	"slices"
)

// inherited are the variables that a job gets from the server's own environment: what programs need to start at all, and
// what lets them reach AWS or an emulator with the user's own settings.
var inherited = []string{
	"PATH", "HOME", "USER", "LANG", "TMPDIR", "SystemRoot", "VIRTUAL_ENV",
	"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_ENDPOINT_URL", "HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY",
}

// surroundings are the variables that every job gets. A user without any credentials gets invented ones, since SDKs refuse
// to call even a local server without.
func surroundings(region string, all map[string]string) map[string]string {
	vars := map[string]string{"AWS_REGION": region, "AWS_DEFAULT_REGION": region, "PYTHONUNBUFFERED": "1"}
	for _, name := range inherited {
		if v, ok := os.LookupEnv(name); ok {
			vars[name] = v
		}
	}
	if vars["AWS_ACCESS_KEY_ID"] == "" && vars["AWS_PROFILE"] == "" && !hasAWSFolder() {
		vars["AWS_ACCESS_KEY_ID"], vars["AWS_SECRET_ACCESS_KEY"] = "local", "local"
	}
	maps.Copy(vars, all)
	return vars
}

func hasAWSFolder() bool {
	home, err := os.UserHomeDir()
	if err != nil {
		return false
	}
	_, err = os.Stat(filepath.Join(home, ".aws"))
	return err == nil
}

// variables returns variables as processes get them, sorted by name.
func variables(vars map[string]string) []string {
	list := []string{}
	for _, name := range slices.Sorted(maps.Keys(vars)) {
		list = append(list, name+"="+vars[name])
	}
	return list
}
