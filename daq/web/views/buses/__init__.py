"""How the buses do: load, timing, who answers, the plan against what is measured."""
