using Cano.Kernel;
using Cano.Runtime.Cancellation;
using Cano.Runtime.Runs;
using Cano.Runtime.Scope;
using Cano.Testing;
using Underlying = Cano.Runtime.Runs.Runs;

namespace Cano.Reliability.Golden;

/// <summary>Whoever holds a run of a golden journal while it is written: bodies ask here for what stops their
/// run.</summary>
/// <param name="reason">What is said of a cancel for good; null for nothing.</param>
internal sealed class GoldenWriter(string? reason) : IDisposable
{
    private static readonly DateTimeOffset s_askedAt = new(2026, 1, 2, 3, 4, 6, TimeSpan.Zero);

    private readonly CancellationTokenSource _stop = new();
    private readonly RunControl _control = new();

    /// <summary>A run that dies with so many rows; false when it ended before.</summary>
    public static async Task<bool> WriteAsync(
        ICheckpointStore store,
        VirtualTime time,
        string beginning,
        string id,
        int rows
    )
    {
        using var writer = new GoldenWriter(beginning == "recanted" ? null : "zu spät");
        var dying = new CrashingCheckpointStore(Beneath(store, beginning), rows, CrashPoint.AfterAppend);
        var isGiven = beginning is "given" or "sealed";
        var request = new RunRequest(id)
        {
            Control = writer._control,
            Input = isGiven ? GivenInput.Of(new GoldenWorkflow.Receipt(8, "Auftrag")) : null,
            Tags = isGiven ? [new("customer", "Müller"), new("tenant", "7")] : null,
        };
        var workflow = new GoldenWorkflow(_ => { }, time, writer).WrittenOver(dying, beginning);
        await EndAsync(
            time,
            Underlying.StartAsync(workflow.Compiled, beginning, request, writer._stop.Token)
        );
        if (dying.HasCrashed || !GoldenWorkflow.Retried.Contains(beginning))
            return dying.HasCrashed;
        workflow = new GoldenWorkflow(_ => { }, time, isRetry: true).WrittenOver(dying, beginning);
        await EndAsync(
            time,
            Underlying.ResumeAsync(workflow.Compiled, new RunRequest(id) { For = TakeUpFor.Retry }, default)
        );
        return dying.HasCrashed;
    }

    /// <summary>The run's caller gives it up.</summary>
    public void Stop() => _stop.Cancel();

    /// <summary>The run goes back for good.</summary>
    public void CancelForGood() => _control.Cancel(new CancelRequest(reason, s_askedAt));

    /// <summary>The run rests.</summary>
    public void Suspend() => _control.Suspend(TimeSpan.FromSeconds(5));

    public void Dispose() => _stop.Dispose();

    /// <summary>The journal, with what happens to a run beside its own work.</summary>
    private static ICheckpointStore Beneath(ICheckpointStore store, string beginning) =>
        beginning switch
        {
            "given" => new ToldStart(store),
            "ahead" => new ToldData(store),
            _ => new Answers(store),
        };

    private static async Task EndAsync(VirtualTime time, ValueTask<string> run)
    {
        try
        {
            await time.RunAsync(run.AsTask());
        }
        catch (CanoException)
        {
            // Its rows are what is wanted.
        }
    }
}
