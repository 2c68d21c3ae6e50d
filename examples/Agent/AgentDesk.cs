using Cano.Examples.Terminal;

namespace Cano.Examples.Agent;

/// <summary>What may be typed.</summary>
public sealed class AgentDesk(Workroom workroom, Runs runs, AgentDeskTools tools, TextWriter output)
    : Desk(output, s_help)
{
    private static readonly string[] s_help =
    [
        "do <id> <task>       has the agent do a task; twice is once",
        "allow <id>           what it asks for",
        "refuse <id> <why>    the model is told why",
        "tasks                what the model has a script for",
        "list                 all, the newest first",
        "show <id>            the plan, and what was done so far",
        "bill                 what the model was paid for",
        "outbox               the letters sent",
        "cancel <id>          for good",
        "retry <id>           goes on with one that failed, or was set aside",
        "wait <id>            until one has ended, or asks; for scripts",
        "help                 this",
        "quit                 stops; the next start goes on",
    ];

    protected override Task ObeyAsync(string[] words, CancellationToken stop) =>
        words switch
        {
            ["do", var id, var task] => workroom.DoAsync(id, AssignmentOf(task), stop),
            ["allow", var id] => workroom.AllowAsync(id, stop),
            ["refuse", var id, _, ..] => workroom.RefuseAsync(id, string.Join(' ', words[2..]), stop),
            ["tasks"] => TellAsync(tools.Model.Tasks),
            ["list"] => workroom.ListAsync(RunQuery.All, stop),
            ["show", var id] => workroom.ShowAsync(id, stop),
            ["bill"] => TellAsync(tools.Bill),
            ["outbox"] => TellAsync(tools.Outbox),
            ["cancel", var id] => workroom.CancelAsync(id, stop),
            ["retry", var id] => runs.RetryAsync(id, stop),
            ["wait", var id] => workroom.AwaitAsync(id, stop),
            _ => throw NotUnderstood(words),
        };

    private Assignment AssignmentOf(string task) =>
        tools.Model.Tasks.Contains(task)
            ? new Assignment(task, tools.StepsMax)
            : throw new MistakeException($"the model has no script for '{task}'; see `tasks`");

    private Task TellAsync(Ledger ledger) =>
        TellAsync(ledger.Lines.Select(line => $"{line.Key}  {line.Text}"));

    private async Task TellAsync(IEnumerable<string> lines)
    {
        foreach (var line in lines)
            await Output.WriteLineAsync(line);
    }
}

/// <summary>What the desk looks at.</summary>
public sealed record AgentDeskTools(Model Model, Ledger Bill, Ledger Outbox, int StepsMax);
