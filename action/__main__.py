"""What the steps of action.yml do: `python -I action STEP`, in a runner's environment."""

from __future__ import annotations

import sys

from steps import STEPS
from steps.runner import Runner, StepError, TellsItselfError

if __name__ == "__main__":
    runner = Runner.of_environment()
    try:
        STEPS[sys.argv[1]](runner)
    except StepError as error:
        say = runner.say if isinstance(error, TellsItselfError) else runner.error
        say(str(error))
        sys.exit(1)
