using Cano.Runtime.Errors;
using Npgsql;

namespace Cano.Postgres.Connections;

/// <summary>What is asked of the database. Where it does not answer it is asked again, for a while.</summary>
/// <param name="source">Gives connections.</param>
/// <param name="schema">The store's schema, as it stands in statements.</param>
/// <param name="patience">For how long it is asked again.</param>
internal sealed class Database(NpgsqlDataSource source, string schema, TimeSpan patience)
{
    private static readonly TimeSpan s_pauseMin = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan s_pauseMax = TimeSpan.FromSeconds(1);

    /// <summary>A statement with the schema's name put in for <c>cano.</c>.</summary>
    public string Text(string statement) =>
        statement.Replace("cano.", schema + ".", StringComparison.Ordinal);

    /// <summary>A connection that is open.</summary>
    public ValueTask<NpgsqlConnection> ConnectAsync(CancellationToken cancel) =>
        source.OpenConnectionAsync(cancel);

    /// <summary>Asks something that may be asked twice.</summary>
    /// <param name="doing">What is done, for the text of a failure.</param>
    /// <param name="ask">Does it; whether it was tried before, and may have been done, it is told.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="CanoException">`checkpoint_store`: the database refuses it, or does not
    /// answer.</exception>
    public async ValueTask<T> AskAsync<T>(
        string doing,
        Func<NpgsqlConnection, bool, Task<T>> ask,
        CancellationToken cancel
    )
    {
        var retries = Begin();
        while (true)
        {
            var isSent = false;
            try
            {
                var connection = await ConnectAsync(cancel).ConfigureAwait(false);
                await using (connection.ConfigureAwait(false))
                {
                    isSent = true;
                    return await ask(connection, retries.IsInDoubt).ConfigureAwait(false);
                }
            }
            catch (NpgsqlException failed)
            {
                await retries.AgainAsync(doing, failed, isSent, cancel).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Tries that begin now.</summary>
    public Retries Begin() => new(patience);

    /// <summary>What the database said, in the store's words.</summary>
    public static CanoException Failure(string doing, Exception failed) =>
        new(CanoError.Of(Fault.NewCheckpointStore($"{doing}: {UserText.Of(failed)}")), failed);

    /// <summary>How often and how long something was tried.</summary>
    internal sealed class Retries(TimeSpan patience)
    {
        private readonly long _since = TimeProvider.System.GetTimestamp();
        private TimeSpan _pause = s_pauseMin;

        /// <summary>It was sent, and may have been done.</summary>
        public bool IsInDoubt { get; private set; }

        /// <summary>Whether the time is up.</summary>
        public bool IsOver => TimeProvider.System.GetElapsedTime(_since) >= patience;

        /// <summary>Returns when it is to be tried again.</summary>
        /// <exception cref="CanoException">`checkpoint_store`: it is not.</exception>
        public async ValueTask AgainAsync(
            string doing,
            NpgsqlException failed,
            bool isSent,
            CancellationToken cancel
        )
        {
            if (!failed.IsTransient || IsOver)
                throw Failure(doing, failed);
            // A server that shuts down says so behind a commit, too.
            IsInDoubt |= isSent;
            await PauseAsync(cancel).ConfigureAwait(false);
        }

        public async ValueTask PauseAsync(CancellationToken cancel)
        {
            await Task.Delay(_pause, TimeProvider.System, cancel).ConfigureAwait(false);
            _pause = _pause * 2 < s_pauseMax ? _pause * 2 : s_pauseMax;
        }
    }
}
