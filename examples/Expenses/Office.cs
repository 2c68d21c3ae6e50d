using System.Text.Json;
using Cano.Examples.Terminal;

namespace Cano.Examples.Expenses;

/// <summary>What people ask for, in terms of the engine.</summary>
public sealed class Office(
    CanoEngine engine,
    Workflow<Step> expenses,
    Runs runs,
    TextWriter output,
    TimeProvider time
)
{
    /// <summary>The expense's id is the run's: submitting it again gives the same run.</summary>
    public async Task SubmitAsync(string id, Expense expense, CancellationToken cancellationToken)
    {
        if (await engine.FindAsync(id, cancellationToken) is { } run)
            throw IsThere(run, expense);
        await engine.GetOrStartAsync(expenses, Step.Accept, id, expense, cancellationToken);
        output.WriteLine($"{id}: submitted, {Words.Of(expense)}");
    }

    public async Task ApproveAsync(string id, string by, CancellationToken cancellationToken)
    {
        var run = await DecidableAsync(id, cancellationToken);
        // The workflow holds to this too, but there the time to decide begins anew.
        if ((await ApproversAsync(id, cancellationToken)).Contains(by, Approval.Names))
            throw new MistakeException($"{id}: {by} has approved already; somebody else must, too");
        await engine.SignalAsync(
            id,
            ExpenseWorkflow.Approve,
            new Approval(by),
            SignalId("approve", by, run),
            cancellationToken
        );
        output.WriteLine($"{id}: {by}'s approval is on its way");
    }

    public async Task RefuseAsync(string id, string by, CancellationToken cancellationToken)
    {
        var run = await DecidableAsync(id, cancellationToken);
        await engine.SignalAsync(
            id,
            ExpenseWorkflow.Refuse,
            new Refusal(by),
            SignalId("refuse", by, run),
            cancellationToken
        );
        output.WriteLine($"{id}: {by}'s refusal is on its way");
    }

    /// <summary>For good: from here on the expense only goes back.</summary>
    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        await UnfinishedAsync(id, cancellationToken);
        await engine.CancelAsync(id, cancellationToken: cancellationToken);
        output.WriteLine($"{id}: the cancel is on its way");
    }

    public async Task ListAsync(RunQuery which, CancellationToken cancellationToken)
    {
        await foreach (var run in runs.ListAsync(which, cancellationToken))
            output.WriteLine(Runs.Line<Expense>(run, Words.Of, Words.Of(run, time)));
    }

    public async Task ShowAsync(string id, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken);
        if (run.InputJson is null)
        {
            output.WriteLine($"{id}: {Words.Of(run, time)}");
            return;
        }

        var approvers = await ApproversAsync(id, cancellationToken);
        output.WriteLine($"{id}: {Words.Of(Runs.InputOf<Expense>(run))}");
        output.WriteLine($"  {Words.Of(run, time)}");
        if (approvers.Length > 0)
            output.WriteLine($"  approved by {string.Join(" and ", approvers)}");
        output.WriteLine($"  {string.Join(" → ", run.Path)}");
    }

    private MistakeException IsThere(RunInfo run, Expense wanted) =>
        run.InputJson is not null && Runs.InputOf<Expense>(run) is var other && other != wanted
            ? new($"{run.RunId} is another expense, {Words.Of(other)}; choose another id")
            : new($"{run.RunId} is there already: {Words.Of(run, time)}");

    private async Task<RunInfo> UnfinishedAsync(string id, CancellationToken cancellationToken)
    {
        var run = await runs.FindWholeAsync(id, cancellationToken);
        return run.HasEnded ? throw new MistakeException($"{id} has ended: {Words.Of(run, time)}") : run;
    }

    /// <summary>One that takes a decision up, now or when it comes to it.</summary>
    private async Task<RunInfo> DecidableAsync(string id, CancellationToken cancellationToken)
    {
        var run = await UnfinishedAsync(id, cancellationToken);
        return RunWords.Trouble(run) is { } trouble ? throw new MistakeException($"{id} is {trouble}") : run;
    }

    /// <summary>What the run keeps in its durable store.</summary>
    private async Task<string[]> ApproversAsync(string id, CancellationToken cancellationToken)
    {
        var data = await engine.DataAsync(id, cancellationToken: cancellationToken);
        var json = data.GetValueOrDefault(ExpenseWorkflow.ApproversKey, "[]");
        return JsonSerializer.Deserialize<string[]>(json)!;
    }

    /// <summary>What is sent again while the run is where it was is sent once.</summary>
    private static string SignalId(string command, string by, RunInfo run) =>
        $"{command}/{by.ToUpperInvariant()}/{run.Visit}";
}
