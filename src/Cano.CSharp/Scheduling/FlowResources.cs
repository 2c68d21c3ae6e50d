using Cano.Runtime.Cancellation;
using Cano.Runtime.Scope;

namespace Cano.CSharp.Scheduling;

/// <summary>Holds the resources of every flow for as long as a scheduler lives. Runs count too, so what a
/// stuck run uses is torn down when that has ended.</summary>
internal sealed class FlowResources(IReadOnlyList<FlowRegistration> flows)
{
    private readonly Stack<(string Flow, SharedResourceUse Use)> _held = [];

    /// <summary>The flows whose resources are not torn down yet, in the order of registration.</summary>
    public IReadOnlyCollection<string> Held
    {
        get
        {
            lock (_held)
                return [.. _held.Select(held => held.Flow).Reverse()];
        }
    }

    /// <summary>Sets up in the order of registration; when one fails, those before it are torn
    /// down.</summary>
    public async Task SetupAsync(CancellationToken cancellationToken)
    {
        try
        {
            foreach (var flow in flows)
            foreach (var member in flow.Work.Members.DistinctBy(member => member.Shared))
            {
                using var stop = RunStop.Begin(limit: null, member.Options, cancellationToken);
                await member.Shared.EnterAsync(stop.OfSetup).ConfigureAwait(false);
                lock (_held)
                    _held.Push((flow.Id, member.Shared));
            }
        }
        catch
        {
            await TeardownAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Tears down, newest first.</summary>
    public async Task TeardownAsync()
    {
        while (true)
        {
            (string Flow, SharedResourceUse Use) newest;
            lock (_held)
            {
                if (!_held.TryPeek(out newest))
                    return;
            }

            await newest.Use.LeaveAsync().ConfigureAwait(false);
            lock (_held)
                _held.Pop();
        }
    }
}
