using System.Text.Json;
using Cano.Examples.Terminal;

namespace Cano.Examples.Agent;

/// <summary>What people ask for, in terms of the engine.</summary>
public sealed class Workroom(CanoEngine engine, Workflow<Step> agent, Runs runs, TextWriter output)
{
    /// <summary>The task's id is the run's: giving it again gives the same run.</summary>
    public async Task DoAsync(string id, Assignment assignment, CancellationToken cancellationToken)
    {
        await engine.GetOrStartAsync(agent, Step.Plan, id, assignment, cancellationToken);
        output.WriteLine($"{id}: {assignment.Task}, in at most {assignment.StepsMax} steps");
    }

    public async Task AllowAsync(string id, CancellationToken cancellationToken)
    {
        var (run, step) = await AskingAsync(id, cancellationToken);
        await engine.SignalAsync(
            id,
            AgentWorkflow.Allow,
            new Approval(step),
            $"allow/{run.Visit}",
            cancellationToken
        );
    }

    public async Task RefuseAsync(string id, string why, CancellationToken cancellationToken)
    {
        var (run, step) = await AskingAsync(id, cancellationToken);
        await engine.SignalAsync(
            id,
            AgentWorkflow.Refuse,
            new Refusal(step, why),
            $"refuse/{run.Visit}",
            cancellationToken
        );
    }

    public async Task CancelAsync(string id, CancellationToken cancellationToken)
    {
        if (await runs.FindWholeAsync(id, cancellationToken) is { HasEnded: true } run)
            throw new MistakeException($"{id} has ended: {Words.Of(run)}");
        await engine.CancelAsync(id, cancellationToken: cancellationToken);
    }

    /// <summary>Until a task has ended, or asks.</summary>
    public async Task AwaitAsync(string id, CancellationToken cancellationToken)
    {
        await runs.FindWholeAsync(id, cancellationToken);
        await foreach (var run in engine.WatchAsync(id, cancellationToken))
            if (run.HasEnded || run.Waiting is { Signals.Count: > 0 })
                break;
    }

    public async Task ListAsync(RunQuery which, CancellationToken cancellationToken)
    {
        await foreach (var run in runs.ListAsync(which, cancellationToken))
        {
            output.WriteLine(Line(run));
            await TellWantedAsync(run, cancellationToken);
        }
    }

    /// <summary>The run's memory, as its newest row has it.</summary>
    public async Task ShowAsync(string id, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken);
        output.WriteLine(Line(run));
        if (run.InputJson is null)
            return;
        var data = await engine.DataAsync(id, cancellationToken: cancellationToken);
        if (Read<string>(data, Memory.PlanKey) is { } plan)
            output.WriteLine($"  the plan: {plan}");
        foreach (var (number, deed) in DeedsOf(data).Index())
            output.WriteLine($"  {number + 1}. {deed}");
        await TellWantedAsync(run, cancellationToken);
        if (run is { HasEnded: true, OutputJson: { } answer })
            output.WriteLine($"  the answer: {JsonSerializer.Deserialize<string>(answer)}");
    }

    private static string Line(RunInfo run) =>
        Runs.Line<Assignment>(run, assignment => assignment.Task, Words.Of(run));

    private static T? Read<T>(IReadOnlyDictionary<string, string> data, string key) =>
        data.TryGetValue(key, out var json) ? JsonSerializer.Deserialize<T>(json) : default;

    private static Deed[] DeedsOf(IReadOnlyDictionary<string, string> data) =>
        Read<Deed[]>(data, Memory.DeedsKey) ?? [];

    private async Task TellWantedAsync(RunInfo run, CancellationToken cancellationToken)
    {
        if (run.Waiting is not { Signals.Count: > 0 })
            return;
        var data = await engine.DataAsync(run.RunId, cancellationToken: cancellationToken);
        var wanted = Read<ToolCall>(data, Memory.WantedKey)!;
        output.WriteLine($"  {Words.Asks(DeedsOf(data).Length + 1, wanted)} ({Words.Decide(run.RunId)})");
    }

    /// <summary>A run that waits for a person, and the number of the call that it asks about.</summary>
    private async Task<(RunInfo Run, int Step)> AskingAsync(string id, CancellationToken cancellationToken)
    {
        var run = await runs.FindAsync(id, cancellationToken);
        if (run.HasEnded || run.Waiting is not { Signals.Count: > 0 })
            throw new MistakeException($"{id} asks nothing: {Words.Of(run)}");
        var data = await engine.DataAsync(id, cancellationToken: cancellationToken);
        return (run, DeedsOf(data).Length + 1);
    }
}
