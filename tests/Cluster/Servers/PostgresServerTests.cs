using Npgsql;

namespace Cano.Cluster.Servers;

/// <summary>The server that all other tests here need.</summary>
public sealed class PostgresServerTests
{
    [PostgresFact]
    [Trait("ID", "Z20")]
    public async Task A_server_of_the_tests_own_answers_and_is_gone_when_who_started_it_lets_go()
    {
        string directory;
        using (var server = await PostgresServer.StartAsync())
        {
            directory = server.Directory;
            await using var source = NpgsqlDataSource.Create(server.ConnectionString);
            await using var asked = source.CreateCommand("select current_setting('data_directory')");
            Assert.Equal(Path.Combine(directory, "data"), await asked.ExecuteScalarAsync());
        }

        Assert.False(Directory.Exists(directory));
    }
}
