using System.Globalization;
using Npgsql;

namespace Cano.Postgres.Schema;

/// <summary>Brings a schema to what this build knows, by numbered steps. Of several who begin at once one
/// does, and the others find it done.</summary>
internal static class Migrations
{
    // Any number that nobody else locks.
    private const long LockKey = 0x43414E4F;

    // Whoever is frozen in the midst of it lets the next one go on.
    private const string Abandon = "set local idle_in_transaction_session_timeout = '10s'";

    private static readonly (int Number, string Text)[] s_steps = [.. Read()];

    /// <exception cref="CanoException">`checkpoint_store`: a newer build made the schema.</exception>
    public static async Task ApplyAsync(NpgsqlConnection connection, string schema, CancellationToken cancel)
    {
        var transaction = await connection.BeginTransactionAsync(cancel).ConfigureAwait(false);
        await using (transaction.ConfigureAwait(false))
        {
            await DoAsync(Abandon).ConfigureAwait(false);
            await DoAsync($"select pg_advisory_xact_lock({LockKey})").ConfigureAwait(false);
            await DoAsync($"create schema if not exists {schema}").ConfigureAwait(false);
            await DoAsync($"set local search_path to {schema}").ConfigureAwait(false);
            await DoAsync(
                    "create table if not exists migration (number integer primary key, "
                        + "done timestamptz not null default clock_timestamp())"
                )
                .ConfigureAwait(false);
            var done = await NewestAsync(connection, cancel).ConfigureAwait(false);
            if (done > s_steps[^1].Number)
                throw Newer(schema, done);
            foreach (var (number, text) in s_steps.Where(step => step.Number > done))
            {
                await DoAsync(text).ConfigureAwait(false);
                await DoAsync(
                        string.Create(
                            CultureInfo.InvariantCulture,
                            $"insert into migration values ({number})"
                        )
                    )
                    .ConfigureAwait(false);
            }

            await transaction.CommitAsync(cancel).ConfigureAwait(false);
        }

        async Task DoAsync(string text)
        {
            var command = new NpgsqlCommand(text, connection);
            await using (command.ConfigureAwait(false))
                await command.ExecuteNonQueryAsync(cancel).ConfigureAwait(false);
        }
    }

    private static async Task<int> NewestAsync(NpgsqlConnection connection, CancellationToken cancel)
    {
        var command = new NpgsqlCommand("select coalesce(max(number), 0) from migration", connection);
        await using (command.ConfigureAwait(false))
            return (int)(await command.ExecuteScalarAsync(cancel).ConfigureAwait(false))!;
    }

    private static CanoException Newer(string schema, int done) =>
        new(
            CanoError.Of(
                Fault.NewCheckpointStore(
                    $"the schema {schema} has step {done} of its migrations, and this build knows "
                        + $"{s_steps[^1].Number}: a newer version made it; use that one, or another schema"
                )
            )
        );

    private static IEnumerable<(int, string)> Read()
    {
        var assembly = typeof(Migrations).Assembly;
        foreach (var name in assembly.GetManifestResourceNames().Order(StringComparer.Ordinal))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            yield return (
                int.Parse(Path.GetFileNameWithoutExtension(name), CultureInfo.InvariantCulture),
                reader.ReadToEnd()
            );
        }
    }
}
