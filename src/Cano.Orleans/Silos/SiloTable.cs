using System.Globalization;
using Cano.Postgres.Connections;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using Orleans;
using Orleans.Configuration;
using Orleans.Runtime;

namespace Cano.Orleans.Silos;

/// <summary>The membership of silos in the schema of the store. A change whose answer was lost is asked for
/// again and found done, which the protocol takes for somebody else's and reads again.</summary>
internal sealed class SiloTable(Database database, IOptions<ClusterOptions> options) : IMembershipTable
{
    private readonly string _cluster = options.Value.ClusterId;

    public async Task InitializeMembershipTable(bool tryInitTableVersion)
    {
        if (tryInitTableVersion)
            await DoAsync("join silos", SiloStatements.Initialize, _ => { }).ConfigureAwait(false);
    }

    public Task DeleteMembershipTableEntries(string clusterId) =>
        DoAsync("forget silos", SiloStatements.Delete, _ => { }, clusterId);

    public Task CleanupDefunctSiloEntries(DateTimeOffset beforeDate) =>
        DoAsync(
            "forget dead silos",
            SiloStatements.Clean,
            command =>
            {
                command.Add((short)SiloStatus.Dead);
                command.Add(beforeDate.UtcDateTime);
            }
        );

    public Task<MembershipTableData> ReadRow(SiloAddress key) => SilosAsync(key.ToParsableString());

    public Task<MembershipTableData> ReadAll() => SilosAsync(null);

    public async Task<bool> InsertRow(MembershipEntry entry, TableVersion tableVersion) =>
        await DoAsync(
                "insert silo",
                SiloStatements.Insert,
                command => SiloRow.AddTo(command, entry, tableVersion.Version)
            )
            .ConfigureAwait(false) == 1;

    public async Task<bool> UpdateRow(MembershipEntry entry, string etag, TableVersion tableVersion) =>
        await DoAsync(
                "update silo",
                SiloStatements.Update,
                command =>
                {
                    SiloRow.AddTo(command, entry, tableVersion.Version);
                    command.Add(int.Parse(etag, CultureInfo.InvariantCulture));
                }
            )
            .ConfigureAwait(false) == 1;

    public Task UpdateIAmAlive(MembershipEntry entry) =>
        DoAsync(
            "beat as a silo",
            SiloStatements.Beat,
            command =>
            {
                command.Add(entry.SiloAddress.ToParsableString());
                command.Add(SiloRow.Utc(entry.IAmAliveTime));
            }
        );

    /// <summary>How many rows a statement about a cluster changes, this one unless another is
    /// given.</summary>
    private async Task<int> DoAsync(
        string doing,
        string text,
        Action<NpgsqlCommand> add,
        string? cluster = null
    ) =>
        await database
            .AskAsync(
                doing,
                async (connection, _) =>
                {
                    var command = connection.Asking(database.Text(text), cluster ?? _cluster);
                    add(command);
                    await using (command.ConfigureAwait(false))
                        return await command.ExecuteNonQueryAsync().ConfigureAwait(false);
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);

    private async Task<MembershipTableData> SilosAsync(string? address) =>
        await database
            .AskAsync(
                "read silos",
                async (connection, _) =>
                {
                    var command = connection.Asking(database.Text(SiloStatements.Read), _cluster);
                    command.AddOptional(address, NpgsqlDbType.Text);
                    await using (command.ConfigureAwait(false))
                        return await ReadAsync(command).ConfigureAwait(false);
                },
                CancellationToken.None
            )
            .ConfigureAwait(false);

    private static async Task<MembershipTableData> ReadAsync(NpgsqlCommand command)
    {
        var version = 0;
        var silos = new List<Tuple<MembershipEntry, string>>();
        var reader = await command.ExecuteReaderAsync().ConfigureAwait(false);
        await using (reader.ConfigureAwait(false))
            while (await reader.ReadAsync().ConfigureAwait(false))
            {
                version = reader.GetInt32(10);
                if (!reader.IsDBNull(0))
                    silos.Add(SiloRow.Read(reader));
            }

        return new(silos, new TableVersion(version, SiloRow.TextOf(version)));
    }
}
