using Npgsql;

namespace Cano.Postgres.Transactions;

/// <summary>How many transactional calls of a process may be at work at one time.</summary>
internal static class WorkPlaces
{
    // One writes, one looks for signals, one beats, and one does all else.
    private const int Reserved = 4;

    /// <summary>All connections of a pool but those that the store needs itself.</summary>
    public static SemaphoreSlim In(NpgsqlDataSource source)
    {
        var pool = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        return new(pool.Pooling ? Math.Max(1, pool.MaxPoolSize - Reserved) : int.MaxValue);
    }
}
