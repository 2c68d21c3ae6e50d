using Cano.Kernel;

namespace Cano.Runtime.Steps;

/// <summary>What a run that waits may be woken by, for as long as it does.</summary>
internal interface IWakeUp : IDisposable
{
    /// <summary>Is completed when more has come than had when it was asked for.</summary>
    /// <remarks>Asked for before each look, so that nothing comes unseen. The run goes on where it is
    /// completed: that is to be in the run's own dispatcher, never on the stack of somebody else.</remarks>
    Task More();

    /// <summary>What has come that ends the wait: its fact, which is not written yet. Null: nothing
    /// has.</summary>
    /// <param name="due">When the wait is over; what came then or later does not count. Null: it has no end
    /// of its own.</param>
    ValueTask<Fact?> FindAsync(DateTimeOffset? due);
}
