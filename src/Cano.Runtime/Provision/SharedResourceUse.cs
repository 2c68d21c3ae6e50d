using Microsoft.Extensions.Logging;

namespace Cano.Runtime.Provision;

/// <summary>Shared resources are set up by the first active run and torn down after the last.</summary>
internal sealed class SharedResourceUse(Resources resources, ILogger logger) : IDisposable
{
    private readonly ResourceUse _use = new(resources, logger);
    private readonly SemaphoreSlim _turn = new(1);
    private int _runs;

    /// <summary>Whether there is anything to set up.</summary>
    public bool IsNeeded { get; } = resources.Managed().Any();

    /// <summary>Counts a run in. Throws what a setup threw; the run is not counted then.</summary>
    public ValueTask EnterAsync(CancellationToken cancellationToken) =>
        IsNeeded ? new ValueTask(CountInAsync(cancellationToken)) : default;

    /// <summary>Counts a run out.</summary>
    public ValueTask LeaveAsync() => IsNeeded ? new ValueTask(CountOutAsync()) : default;

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    private async Task CountInAsync(CancellationToken cancellationToken)
    {
        if (!await _turn.WaitAsync(0, CancellationToken.None).ConfigureAwait(false))
            await WaitForTurnAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_runs == 0)
                await _use.SetupAsync(cancellationToken).ConfigureAwait(false);
            _runs++;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Another run sets them up or tears them down; who is cancelled meanwhile need not wait for
    /// that.</summary>
    private async Task WaitForTurnAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            throw new CanoException(CanoError.Of(Fault.Cancelled));
        }
    }

    private async Task CountOutAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        try
        {
            _runs--;
            if (_runs == 0)
                await _use.TeardownAsync().ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }
}
