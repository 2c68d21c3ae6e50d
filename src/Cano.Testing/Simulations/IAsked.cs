using Cano.Runtime.Cancellation;

namespace Cano.Testing.Simulations;

/// <summary>What somebody outside asks of a process.</summary>
internal interface IAsked
{
    /// <summary>All rests.</summary>
    void Suspend(TimeSpan grace);

    /// <summary>A request to cancel a run has become durable; it need not be there any more.</summary>
    void Hear(string runId);
}

/// <summary>Of a process with one run and nobody around it.</summary>
internal sealed class AskedOfOne(ProcessRun run) : IAsked
{
    public RunControl Control { get; } = new();

    public void Suspend(TimeSpan grace) => Control.Suspend(grace);

    /// <summary>The run hears that it is cancelled for good, if that is still to be done.</summary>
    public void Hear(string runId)
    {
        if (run.Process.IsOver || run.Process.World.Canceller.WaitingFor(runId) is not { } request)
            return;
        run.Tell("hears of the cancel");
        run.HasHeard = true;
        Control.Cancel(request);
    }
}
