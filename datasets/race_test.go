//go:build race && linux

package datasets_test

import (
	"testing"

	"github.com/meanflow-go/meanflow/internal/enginetest"
)

func TestMain(m *testing.M) { enginetest.Main(m) }
