using System.Transactions;
using Cano.Runtime.Errors;
using Npgsql;

namespace Cano.Postgres.Connections;

/// <summary>What is asked of the database. Where it does not answer it is asked again, for a while.</summary>
/// <param name="source">Gives connections.</param>
/// <param name="schema">The store's schema, as it stands in statements.</param>
/// <param name="patience">For how long it is asked again.</param>
internal sealed class Database(NpgsqlDataSource source, string schema, TimeSpan patience)
{
    private long _answeredAt = TimeProvider.System.GetTimestamp();

    /// <summary>When it last answered anybody here, by the steady clock.</summary>
    public long AnsweredAt => Volatile.Read(ref _answeredAt);

    public void Answered() => Volatile.Write(ref _answeredAt, TimeProvider.System.GetTimestamp());

    /// <summary>A statement with the schema's name put in for <c>cano.</c>.</summary>
    public string Text(string statement) =>
        statement.Replace("cano.", schema + ".", StringComparison.Ordinal);

    /// <summary>Whether something was refused because of one of the store's own tables.</summary>
    public bool IsAbout(string table, PostgresException refused) =>
        refused.TableName == table && $"\"{refused.SchemaName}\"" == schema;

    /// <summary>A connection that is open.</summary>
    public ValueTask<StoreConnection> ConnectAsync(CancellationToken cancel) => ConnectAsync(Begin(), cancel);

    /// <summary>Asks something that may be asked twice.</summary>
    /// <param name="doing">What is done, for the text of a failure.</param>
    /// <param name="ask">Does it; whether it was tried before, and may have been done, it is told.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="CanoException">`checkpoint_store`: the database refuses it, or does not
    /// answer.</exception>
    public ValueTask<T> AskAsync<T>(
        string doing,
        Func<StoreConnection, bool, Task<T>> ask,
        CancellationToken cancel
    ) => AskAsync(doing, ask, Begin(), cancel);

    /// <summary>The same, as often as the tries last.</summary>
    public async ValueTask<T> AskAsync<T>(
        string doing,
        Func<StoreConnection, bool, Task<T>> ask,
        Retries retries,
        CancellationToken cancel
    )
    {
        var (connection, answer) = await OpenAsync(doing, ask, retries, cancel).ConfigureAwait(false);
        await connection.DisposeAsync().ConfigureAwait(false);
        return answer;
    }

    /// <summary>The same, with the connection that answered, which is the caller's from then on.</summary>
    public async ValueTask<(StoreConnection Connection, T Answer)> OpenAsync<T>(
        string doing,
        Func<StoreConnection, bool, Task<T>> ask,
        Retries retries,
        CancellationToken cancel
    )
    {
        while (true)
        {
            var isSent = false;
            try
            {
                var connection = await ConnectAsync(retries, cancel).ConfigureAwait(false);
                isSent = true;
                retries.Begin();
                var answer = await AskOnAsync(connection).ConfigureAwait(false);
                Answered();
                return (connection, answer);
            }
            catch (NpgsqlException failed)
            {
                Heed(failed);
                await retries.AgainAsync(doing, failed, isSent, cancel).ConfigureAwait(false);
            }
        }

        async Task<T> AskOnAsync(StoreConnection connection)
        {
            try
            {
                return await ask(connection, retries.IsInDoubt).ConfigureAwait(false);
            }
            catch (Exception)
            {
                await connection.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }
    }

    /// <summary>Connections to what was the primary lead nowhere.</summary>
    public void Heed(NpgsqlException failed)
    {
        if (Outage.IsReadOnly(failed))
            source.Clear();
    }

    /// <summary>Tries that begin now.</summary>
    public Retries Begin() => new(this, patience, patience);

    /// <summary>Tries that begin now and end with whoever waits for them.</summary>
    public Retries BeginEndless() => new(this, patience, TimeSpan.MaxValue);

    /// <summary>What the database said, in the store's words.</summary>
    public static CanoException Failure(string doing, Exception failed) =>
        new(CanoError.Of(Fault.NewCheckpointStore($"{doing}: {UserText.Of(failed)}")), failed);

    private async ValueTask<StoreConnection> ConnectAsync(Retries retries, CancellationToken cancel) =>
        new(await OpenedAsync(cancel).ConfigureAwait(false), retries.Limit);

    /// <summary>One that is opened within a caller's TransactionScope would be part of it.</summary>
    private ValueTask<NpgsqlConnection> OpenedAsync(CancellationToken cancel)
    {
        if (Transaction.Current is null)
            return source.OpenConnectionAsync(cancel);
        // It is asked for as soon as it is opened, before anything is awaited.
        using (new TransactionScope(TransactionScopeOption.Suppress))
            return source.OpenConnectionAsync(cancel);
    }
}
