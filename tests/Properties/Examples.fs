namespace Cano.Properties

open System.Threading
open System.Threading.Tasks
open Expecto
open global.Xunit.Abstractions

/// A leaf of a tree, by its name. A runner cuts the name of a test at its long texts, but tells an
/// object in full.
type Example(name: string) =

    /// For a runner that finds tests in one process and runs them in another.
    new() = Example ""

    member val Name = name with get, set
    override this.ToString() = this.Name

    interface IXunitSerializable with
        member this.Serialize info = info.AddValue("name", this.Name)

        member this.Deserialize info =
            this.Name <- info.GetValue<string> "name"

/// Tables of examples as Expecto trees. The leaves of a tree are the rows of a theory: each is a
/// test of its own, with a name of its own, for `dotnet test`.
[<RequireQualifiedAccess>]
module Examples =

    /// The name of a leaf within its tree: what the root says, the theory says.
    let private name (leaf: FlatTest) =
        leaf.name |> List.tail |> String.concat ": "

    /// A leaf that has no name of its own, or would not run, is a mistake of the tree.
    let private leaves tree =
        let leaves = Test.toTestCodeList tree |> List.ofSeq

        for name, same in List.groupBy name leaves do
            if same.Length > 1 then
                failwith $"Two leaves are named '{name}'."

            if same.Head.state <> Normal then
                failwith $"The leaf '{name}' is pending or focused."

        leaves

    /// A row for each leaf.
    let rows tree =
        leaves tree |> List.map (fun leaf -> [| box (Example(name leaf)) |])

    /// Runs a leaf of the tree.
    let run tree (example: Example) : Task =
        match (leaves tree |> List.find (fun leaf -> name leaf = example.Name)).test with
        | Sync test -> Task.Run test
        | SyncWithCancel test -> Task.Run(fun () -> test CancellationToken.None)
        | Async test -> Async.StartAsTask test
        | AsyncFsCheck _ -> failwith "A law is a [<Law>], not a leaf."
