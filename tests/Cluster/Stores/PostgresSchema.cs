using Cano.Cluster.Servers;
using Npgsql;

namespace Cano.Cluster.Stores;

/// <summary>A schema of one test's own on the server that all tests share; it goes with the test.</summary>
internal sealed class PostgresSchema : IAsyncDisposable
{
    private PostgresSchema(NpgsqlDataSource source) => Source = source;

    public string Name { get; } = $"t{Guid.NewGuid().ToString("N")[..12]}";

    /// <summary>Connections of the test's own.</summary>
    public NpgsqlDataSource Source { get; }

    public static async Task<PostgresSchema> CreateAsync() =>
        new(NpgsqlDataSource.Create((await PostgresServer.SharedAsync()).ConnectionString));

    /// <summary>A store on it, with connections of its own: as a process has it.</summary>
    public async Task<PostgresCheckpointStore> OpenAsync(PostgresCheckpointOptions? options = null) =>
        await OpenAsync((await PostgresServer.SharedAsync()).ConnectionString, options);

    /// <summary>The same by another way to the server.</summary>
    public Task<PostgresCheckpointStore> OpenAsync(string way, PostgresCheckpointOptions? options = null) =>
        PostgresCheckpointStore.OpenAsync(way, (options ?? new()) with { Schema = Name });

    /// <summary>What a query gives; the schema stands in it as the store writes it.</summary>
    public async Task<T> AskAsync<T>(string query)
    {
        await using var command = Source.CreateCommand(
            query.Replace("cano.", $"\"{Name}\".", StringComparison.Ordinal)
        );
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Does something behind the store's back.</summary>
    public async Task DoAsync(string statement)
    {
        await using var command = Source.CreateCommand(
            statement.Replace("cano.", $"\"{Name}\".", StringComparison.Ordinal)
        );
        await command.ExecuteNonQueryAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await using (var drop = Source.CreateCommand($"drop schema if exists {Name} cascade"))
            await drop.ExecuteNonQueryAsync();
        await Source.DisposeAsync();
    }
}
