"""From a sentence to a data set: plan, questions, facts, tasks, rows, delivery."""
