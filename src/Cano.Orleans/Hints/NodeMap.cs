using System.Collections.Frozen;
using Cano.Postgres.Connections;
using Orleans.Runtime;

namespace Cano.Orleans.Hints;

/// <summary>Which silo a node's process is, as the database says. A membership is one process's for ever, so
/// what is known stays true; one that is not known is looked for, and not again soon.</summary>
internal sealed class NodeMap(Database database)
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    private readonly SemaphoreSlim _loading = new(1);

    // When nodes were looked for that are no silos.
    private readonly Dictionary<long, long> _missing = [];
    private FrozenDictionary<long, SiloAddress> _silos = FrozenDictionary<long, SiloAddress>.Empty;

    /// <summary>A node of this process, which is a silo.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the database does not answer.</exception>
    public async Task SayAsync(long node, SiloAddress silo) =>
        await database
            .AskAsync(
                "say which silo a node is",
                async (connection, _) =>
                {
                    var command = connection.Asking(
                        database.Text(NodeStatements.Say),
                        node,
                        silo.ToParsableString()
                    );
                    await using (command.ConfigureAwait(false))
                        return await command.ExecuteNonQueryAsync().ConfigureAwait(false);
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);

    /// <summary>Null: it is not known at once.</summary>
    public SiloAddress? Known(long node) => Volatile.Read(ref _silos).GetValueOrDefault(node);

    /// <summary>Null: its process is no silo, or has not said so yet.</summary>
    /// <exception cref="CanoException">`checkpoint_store`: the database does not answer.</exception>
    public async Task<SiloAddress?> FindAsync(long node)
    {
        await _loading.WaitAsync().ConfigureAwait(false);
        try
        {
            if (
                Known(node) is null
                && !(
                    _missing.TryGetValue(node, out var at) && TimeProvider.System.GetElapsedTime(at) < s_pause
                )
            )
            {
                Volatile.Write(ref _silos, await LoadedAsync().ConfigureAwait(false));
                if (Known(node) is null)
                    _missing[node] = TimeProvider.System.GetTimestamp();
            }

            return Known(node);
        }
        finally
        {
            _loading.Release();
        }
    }

    private async Task<FrozenDictionary<long, SiloAddress>> LoadedAsync() =>
        await database
            .AskAsync(
                "read which silos nodes are",
                async (connection, _) =>
                {
                    var command = connection.Asking(database.Text(NodeStatements.Read), 0L);
                    await using (command.ConfigureAwait(false))
                    {
                        var silos = new Dictionary<long, SiloAddress>();
                        var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
                        await using (reader.ConfigureAwait(false))
                            while (await reader.ReadAsync().ConfigureAwait(false))
                                silos.Add(
                                    reader.GetInt64(0),
                                    SiloAddress.FromParsableString(reader.GetString(1))
                                );
                        return silos.ToFrozenDictionary();
                    }
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);
}
