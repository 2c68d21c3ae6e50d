using System.Globalization;
using Cano.Cluster.Stores;
using Npgsql;

namespace Cano.Cluster.Transactions;

/// <summary>A table of a program's own beside the store's: payments, which draw their receipts.</summary>
internal sealed class Payments : IAsyncDisposable
{
    private Payments(PostgresSchema own) => Own = own;

    public PostgresSchema Own { get; }

    public static async Task<Payments> CreateAsync()
    {
        var own = await PostgresSchema.CreateAsync();
        await using (
            var create = own.Source.CreateCommand(
                $"create schema {own.Name}; create table {own.Name}.payment (receipt bigint generated always as identity, run_id text)"
            )
        )
            await create.ExecuteNonQueryAsync();
        return new(own);
    }

    public Task<PostgresCheckpointStore> OpenAsync() => Own.OpenAsync();

    public Task<PostgresCheckpointStore> OpenAsync(string way) => Own.OpenAsync(way);

    /// <summary>Pays by a connection that is in a transaction. The receipt.</summary>
    public async Task<string> PayAsync(NpgsqlConnection connection, TaskContext context)
    {
        await using var pay = new NpgsqlCommand(
            $"insert into {Own.Name}.payment (run_id) values ($1) returning receipt",
            connection
        );
        pay.Parameters.Add(new NpgsqlParameter<string> { TypedValue = context.RunId });
        return Told((long)(await pay.ExecuteScalarAsync(CancellationToken.None))!);
    }

    /// <summary>How often a run was paid for, as others see it.</summary>
    public Task<long> CountAsync(string run) =>
        Own.AskAsync<long>($"select count(*) from cano.payment where run_id = '{run}'");

    public async Task<string> ReceiptAsync(string run) =>
        Told(await Own.AskAsync<long>($"select receipt from cano.payment where run_id = '{run}'"));

    public ValueTask DisposeAsync() => Own.DisposeAsync();

    private static string Told(long receipt) =>
        string.Create(CultureInfo.InvariantCulture, $"receipt {receipt}");
}
