using Npgsql;

namespace Cano.Postgres.Connections;

/// <summary>What a failure of the database tells.</summary>
internal static class Outage
{
    private const string IdleInTransaction = "25P03";

    /// <summary>It may be over when it is tried again.</summary>
    public static bool IsPassing(NpgsqlException failed) =>
        failed.IsTransient
        || IsReadOnly(failed)
        || StateOf(failed) is IdleInTransaction or PostgresErrorCodes.QueryCanceled;

    /// <summary>The server does not write: it is a standby, or was the primary before.</summary>
    public static bool IsReadOnly(NpgsqlException failed) =>
        StateOf(failed) == PostgresErrorCodes.ReadOnlySqlTransaction;

    /// <summary>It waited for too long: for somebody who holds what it needs, or for an answer.</summary>
    public static bool IsTimeout(NpgsqlException failed) =>
        failed.InnerException is TimeoutException
        || StateOf(failed) is PostgresErrorCodes.LockNotAvailable or PostgresErrorCodes.QueryCanceled;

    /// <summary>The server says that it did not do it. One that shuts down may say so behind a
    /// commit.</summary>
    public static bool IsRefusal(NpgsqlException failed) =>
        failed is PostgresException { InvariantSeverity: "ERROR" } || StateOf(failed) == IdleInTransaction;

    private static string? StateOf(NpgsqlException failed) => (failed as PostgresException)?.SqlState;
}
