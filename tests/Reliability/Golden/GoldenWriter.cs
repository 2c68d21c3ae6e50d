using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Testing;
using Underlying = Cano.Runtime.Runs.Runs;

namespace Cano.Reliability.Golden;

/// <summary>Whoever holds a run of a golden journal while it is written: bodies ask here for what stops their
/// run.</summary>
internal sealed class GoldenWriter : IDisposable
{
    private static readonly DateTimeOffset s_askedAt = new(2026, 1, 2, 3, 4, 6, TimeSpan.Zero);

    private readonly CancellationTokenSource _stop = new();
    private readonly RunControl _control = new();

    /// <summary>A run that dies with so many rows; false when it ended before.</summary>
    public static async Task<bool> WriteAsync(ICheckpointStore store, string beginning, string id, int rows)
    {
        using var writer = new GoldenWriter();
        var isGiven = beginning == "given";
        var dying = new CrashingCheckpointStore(
            isGiven ? new ToldStart(store) : store,
            rows,
            CrashPoint.AfterAppend
        );
        var request = new RunRequest(id)
        {
            Control = writer._control,
            Input = isGiven ? GivenInput.Of(new GoldenWorkflow.Receipt(8, "Auftrag")) : null,
            Tags = isGiven ? [new("customer", "Müller"), new("tenant", "7")] : null,
        };
        var workflow = new GoldenWorkflow(_ => { }, writer).Over(dying, beginning);
        await EndAsync(Underlying.StartAsync(workflow.Compiled, beginning, request, writer._stop.Token));
        if (dying.HasCrashed || !GoldenWorkflow.Retried.Contains(beginning))
            return dying.HasCrashed;
        workflow = new GoldenWorkflow(_ => { }).Over(dying, beginning);
        await EndAsync(
            Underlying.ResumeAsync(workflow.Compiled, new RunRequest(id) { For = TakeUpFor.Retry }, default)
        );
        return dying.HasCrashed;
    }

    /// <summary>The run's caller gives it up.</summary>
    public Task StopAsync() => _stop.CancelAsync();

    /// <summary>The run goes back for good.</summary>
    public void CancelForGood() => _control.Cancel(new CancelRequest("zu spät", s_askedAt));

    /// <summary>The run rests.</summary>
    public void Suspend() => _control.Suspend(TimeSpan.FromSeconds(5));

    public void Dispose() => _stop.Dispose();

    private static async Task EndAsync(ValueTask<string> run)
    {
        try
        {
            await run;
        }
        catch (CanoException)
        {
            // Its rows are what is wanted.
        }
    }
}
