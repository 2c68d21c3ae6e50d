using Cano.Runtime.Errors;
using Npgsql;

namespace Cano.Postgres.Transactions;

/// <summary>How many transactional calls of a process may be at work at one time.</summary>
internal static class WorkPlaces
{
    // One writes, one looks for signals, one beats, and one does all else.
    private const int Reserved = 4;

    /// <summary>All connections of a pool but those that the store needs itself.</summary>
    /// <exception cref="CanoException">`configuration`: there are no others.</exception>
    public static SemaphoreSlim In(NpgsqlDataSource source)
    {
        var pool = new NpgsqlConnectionStringBuilder(source.ConnectionString);
        if (!pool.Pooling)
            return new(int.MaxValue);
        return pool.MaxPoolSize > Reserved
            ? new(pool.MaxPoolSize - Reserved)
            : throw InvalidConfiguration.Of(
                $"a pool of {pool.MaxPoolSize} connections is too small for a store, which needs {Reserved} itself: let 'Maximum Pool Size' be {Reserved + 1} or more"
            );
    }
}
