using Npgsql;

namespace Cano.Postgres.Connections;

/// <summary>An open connection. What is asked on it is given up after a while: one that is dead may not say
/// so.</summary>
/// <param name="inner">The connection, which is this one's from here on.</param>
/// <param name="limit">How long an answer is waited for.</param>
internal sealed class StoreConnection(NpgsqlConnection inner, TimeSpan limit) : IAsyncDisposable
{
    // Npgsql counts in milliseconds, and 0 is for ever.
    private const double SecondsMax = int.MaxValue / 1000;

    private readonly int _seconds = (int)Math.Clamp(Math.Ceiling(limit.TotalSeconds), 1, SecondsMax);

    /// <summary>The connection itself.</summary>
    public NpgsqlConnection Inner => inner;

    public NpgsqlCommand Command(string text) => new(text, inner) { CommandTimeout = _seconds };

    /// <summary>Statements that are sent together, and done wholly or not at all.</summary>
    public NpgsqlBatch Batch() => new(inner) { Timeout = _seconds };

    /// <summary>Prepares statements, for which Npgsql has no timeout of their own.</summary>
    public async Task PrepareAsync(NpgsqlBatch batch)
    {
        using var over = new CancellationTokenSource(TimeSpan.FromSeconds(_seconds), TimeProvider.System);
        try
        {
            await batch.PrepareAsync(over.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException late)
        {
            throw new NpgsqlException("The server does not answer", new TimeoutException(null, late));
        }
    }

    /// <summary>What was not committed is undone.</summary>
    public async ValueTask DisposeAsync()
    {
        try
        {
            await inner.DisposeAsync().ConfigureAwait(false);
        }
        catch (NpgsqlException)
        {
            // It broke, behind all that was asked on it.
        }
    }
}
