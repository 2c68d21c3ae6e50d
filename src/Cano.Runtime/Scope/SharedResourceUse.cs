using Cano.Runtime.Provision;
using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Scope;

/// <summary>Shared resources are set up by the first active run and torn down after the last.</summary>
internal sealed class SharedResourceUse(Resources resources, ILogger logger, Dispatcher dispatcher)
{
    private readonly ResourceUse _use = new(resources, logger);
    private readonly OneByOne _turn = new(dispatcher);
    private int _runs;

    /// <summary>Whether there is anything to set up.</summary>
    public bool IsNeeded { get; } = resources.Managed().Any();

    /// <summary>Whether they are set up for a run.</summary>
    public bool IsInUse => Volatile.Read(ref _runs) > 0;

    /// <summary>Counts a run in. Throws what a setup threw; the run is not counted then.</summary>
    public ValueTask EnterAsync(CancellationToken cancellationToken) =>
        IsNeeded ? new ValueTask(CountInAsync(cancellationToken)) : default;

    /// <summary>Counts a run out.</summary>
    public ValueTask LeaveAsync() => IsNeeded ? new ValueTask(CountOutAsync()) : default;

    private async Task CountInAsync(CancellationToken cancellationToken)
    {
        await ComeAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_runs == 0)
                await _use.SetupAsync(cancellationToken).ConfigureAwait(false);
            _runs++;
        }
        finally
        {
            _turn.Leave();
        }
    }

    /// <summary>Another run sets them up or tears them down; who is cancelled meanwhile need not wait for
    /// that.</summary>
    private async ValueTask ComeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _turn.EnterAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new CanoException(CanoError.Of(Fault.Cancelled));
        }
    }

    private async Task CountOutAsync()
    {
        await _turn.EnterAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _runs--;
            if (_runs == 0)
                await _use.TeardownAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Leave();
        }
    }
}
