using System.Text.Json;
using Cano.Examples.Terminal;

namespace Cano.Examples.Expenses;

/// <summary>What people ask for, in terms of the engine.</summary>
public sealed class Office(CanoEngine engine, Workflow<Step> expenses, TextWriter output, TimeProvider time)
{
    private const int ListMax = 50;

    /// <summary>The expense's id is the run's: submitting it again gives the same run.</summary>
    public async Task SubmitAsync(string id, Expense expense, CancellationToken cancellationToken)
    {
        await engine.GetOrStartAsync(expenses, Step.Accept, id, expense, cancellationToken);
        output.WriteLine($"{id}: submitted, {Words.Of(expense)}");
    }

    public async Task ApproveAsync(string id, string by, CancellationToken cancellationToken)
    {
        var run = await UnfinishedAsync(id, cancellationToken);
        // The workflow holds to this too, but there the time to decide begins anew.
        if ((await ApproversAsync(id, cancellationToken)).Contains(by))
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
        var run = await UnfinishedAsync(id, cancellationToken);
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

    /// <summary>The engine lists what it need not read rows for; amount and reason come from each
    /// run.</summary>
    public async Task ListAsync(RunQuery which, CancellationToken cancellationToken)
    {
        await foreach (var listed in engine.ListAsync(which with { Limit = ListMax }, cancellationToken))
        {
            var run = await FoundAsync(listed.RunId, cancellationToken);
            output.WriteLine($"{run.RunId}: {Words.Of(ExpenseOf(run))}: {Words.Of(run, time)}");
        }
    }

    public async Task ShowAsync(string id, CancellationToken cancellationToken)
    {
        var run = await FoundAsync(id, cancellationToken);
        var approvers = await ApproversAsync(id, cancellationToken);
        output.WriteLine($"{id}: {Words.Of(ExpenseOf(run))}");
        output.WriteLine($"  {Words.Of(run, time)}");
        if (approvers.Length > 0)
            output.WriteLine($"  approved by {string.Join(" and ", approvers)}");
        output.WriteLine($"  {string.Join(" → ", run.Path)}");
    }

    private static Expense ExpenseOf(RunInfo run) => JsonSerializer.Deserialize<Expense>(run.InputJson!)!;

    private async Task<RunInfo> FoundAsync(string id, CancellationToken cancellationToken) =>
        await engine.FindAsync(id, cancellationToken)
        ?? throw new MistakeException($"there is no expense '{id}'");

    private async Task<RunInfo> UnfinishedAsync(string id, CancellationToken cancellationToken)
    {
        var run = await FoundAsync(id, cancellationToken);
        return run.HasEnded ? throw new MistakeException($"{id} has ended: {Words.Of(run, time)}") : run;
    }

    /// <summary>What the run keeps in its durable store.</summary>
    private async Task<string[]> ApproversAsync(string id, CancellationToken cancellationToken)
    {
        var data = await engine.DataAsync(id, cancellationToken: cancellationToken);
        var json = data.GetValueOrDefault(ExpenseWorkflow.ApproversKey, "[]");
        return JsonSerializer.Deserialize<string[]>(json)!;
    }

    /// <summary>What is sent again while the run is where it was is sent once.</summary>
    private static string SignalId(string command, string by, RunInfo run) => $"{command}/{by}/{run.Visit}";
}
