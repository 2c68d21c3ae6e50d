namespace Cano.Properties

open System
open System.IO
open System.Reflection
open System.Reflection.Metadata
open System.Reflection.PortableExecutable
open System.Runtime.CompilerServices
open Cano
open Cano.Kernel
open Xunit

/// What the code promises about itself: the kernel is pure, and no F# type shows in what C# users
/// see.
type HouseRules() =

    let everything =
        BindingFlags.Public
        ||| BindingFlags.NonPublic
        ||| BindingFlags.Static
        ||| BindingFlags.Instance
        ||| BindingFlags.DeclaredOnly

    let root =
        let rec up (folder: DirectoryInfo | null) =
            match folder with
            | null -> failwith "The solution was not found above the tests."
            | folder when File.Exists(Path.Combine(folder.FullName, "Cano.Functional.sln")) ->
                folder.FullName
            | folder -> up folder.Parent

        up (DirectoryInfo AppContext.BaseDirectory)

    let kernel = typeof<CanoError>.Assembly

    let sources folder pattern =
        Directory.GetFiles(Path.Combine(root, folder), pattern, SearchOption.AllDirectories)
        |> Array.filter (fun file -> not (file.Contains "/obj/" || file.Contains "/bin/"))

    let relative (file: string) =
        Path.GetRelativePath(root, file).Replace('\\', '/')

    /// A type and all it is made of.
    let rec parts (it: Type) : Type list =
        if it.HasElementType then
            it :: parts (nonNull (it.GetElementType()))
        else
            it :: (it.GetGenericArguments() |> Seq.collect parts |> List.ofSeq)

    let signature (mem: MemberInfo) =
        match mem with
        | :? MethodInfo as it ->
            it.ReturnType :: (it.GetParameters() |> Seq.map _.ParameterType |> List.ofSeq)
        | :? ConstructorInfo as it -> it.GetParameters() |> Seq.map _.ParameterType |> List.ofSeq
        | :? PropertyInfo as it -> [ it.PropertyType ]
        | :? FieldInfo as it -> [ it.FieldType ]
        | :? EventInfo as it -> it.EventHandlerType |> Option.ofObj |> Option.toList
        | _ -> []
        |> List.collect parts

    let isGenerated (mem: MemberInfo) =
        mem.IsDefined(typeof<CompilerGeneratedAttribute>, false)
        || mem.Name.Contains '@'

    let members (types: Type seq) =
        types |> Seq.collect _.GetMembers(everything)

    let told (mem: MemberInfo) = $"{mem.DeclaringType}.{mem.Name}"

    let none (what: string) (found: string seq) =
        let found = Array.ofSeq found
        Assert.True((found.Length = 0), $"{what}: " + String.Join("; ", found))

    [<Fact>]
    member _.``the kernel references FSharp.Core, the platform and one calendar alone``() =
        kernel.GetReferencedAssemblies()
        |> Seq.map (fun it -> string it.Name)
        |> Seq.filter (fun name ->
            not (
                name = "FSharp.Core"
                || name = "netstandard"
                || name = "Cronos"
                || name.StartsWith "System."
            ))
        |> none "Cano.Kernel references"

    [<Fact>]
    member _.``the calendar is as pure as the kernel: its code reads no clock, waits for nothing and opens nothing``
        ()
        =
        use file = File.OpenRead(Path.Combine(AppContext.BaseDirectory, "Cronos.dll"))
        use image = new PEReader(file)
        let metadata = image.GetMetadataReader()

        let used = [
            for handle in metadata.MemberReferences do
                let used = metadata.GetMemberReference handle

                if used.Parent.Kind = HandleKind.TypeReference then
                    let parent =
                        TypeReferenceHandle.op_Explicit used.Parent |> metadata.GetTypeReference

                    let space, name =
                        metadata.GetString parent.Namespace, metadata.GetString parent.Name

                    $"{space}.{name}.{metadata.GetString used.Name}"
        ]

        // It draws numbers only from a seed that a caller gives, and we give none.
        let impure = [
            ".get_Now"
            ".get_UtcNow"
            ".get_Today"
            ".get_Local"
            ".get_Shared"
            "System.IO."
            "System.Net."
            "System.Threading."
            "System.Console."
            "System.Diagnostics.Process"
            "System.Diagnostics.Stopwatch"
        ]

        Assert.Contains("System.TimeZoneInfo.GetUtcOffset", used)

        used
        |> Seq.filter (fun it -> impure |> List.exists it.Contains)
        |> none "Impure calls of the calendar"

    [<Fact>]
    member _.``the calendar is named where a schedule is read and walked alone``() =
        sources "src" "*.*s"
        |> Seq.filter (fun file -> (File.ReadAllText file).Contains "open Cronos")
        |> Seq.map relative
        |> Seq.filter (fun file ->
            not (
                file = "src/Cano.Kernel/Scheduling/CronSchedule.fs"
                || file = "src/Cano.Kernel/Scheduling/CronText.fs"
            ))
        |> none "Files that name Cronos"

    [<Fact>]
    member _.``whether a time comes twice or never is asked of our own clock``() =
        let misleading = [
            "IsAmbiguousTime"
            "IsInvalidTime"
            "GetAmbiguousTimeOffsets"
            "AdjustmentRule"
        ]

        [
            for file in sources "src" "*.*s" do
                for word in misleading do
                    if (File.ReadAllText file).Contains word then
                        $"{relative file} has {word}"
        ]
        |> none "Questions that the platform answers wrongly"

    [<Fact>]
    member _.``no member of the kernel mentions tasks or streams``() =
        let isWaiting (it: Type) =
            match it.Namespace with
            | null -> false
            | name -> name.StartsWith "System.Threading" || name.StartsWith "System.IO"

        members (kernel.GetTypes())
        |> Seq.filter (fun mem -> signature mem |> List.exists isWaiting)
        |> Seq.map told
        |> none "Members that wait"

    [<Fact>]
    member _.``nothing public in the kernel can be set``() =
        let types =
            kernel.GetTypes() |> Array.filter (fun it -> it.IsPublic || it.IsNestedPublic)

        let isSettable (mem: MemberInfo) =
            match mem with
            | :? PropertyInfo as it ->
                match it.SetMethod with
                | null -> false
                | set ->
                    let isInit =
                        set.ReturnParameter.GetRequiredCustomModifiers()
                        |> Array.exists (fun it -> it.Name = "IsExternalInit")

                    set.IsPublic && not isInit
            | :? FieldInfo as it -> it.IsPublic && not (it.IsInitOnly || it.IsLiteral)
            | _ -> false

        members types
        |> Seq.filter (fun mem -> isSettable mem && mem.Name <> "value__")
        |> Seq.map told
        |> none "Settable members"

    [<Fact>]
    member _.``the kernel's text names no clock, no chance, no disk and no output``() =
        let banned = [
            "DateTime.Now"
            "DateTime.UtcNow"
            "DateTimeOffset.Now"
            "DateTimeOffset.UtcNow"
            "System.Random"
            "Random.Shared"
            "Guid.NewGuid"
            "System.IO"
            "Threading.Tasks"
            "printf"
            "Console"
            "Environment."
            "Stopwatch"
        ]

        let files = sources "src/Cano.Kernel" "*.fs"
        Assert.True(files.Length > 20)

        [
            for file in files do
                let text = File.ReadAllText file

                for word in banned do
                    if text.Contains word then
                        $"{relative file} has {word}"
        ]
        |> none "Impure text"

    [<Fact>]
    member _.``the kernel puts no value into words by reflection``() =
        use file = File.OpenRead kernel.Location
        use image = new PEReader(file)
        let metadata = image.GetMetadataReader()

        let named = [
            for handle in metadata.TypeReferences do
                let it = metadata.GetTypeReference handle
                $"{metadata.GetString it.Namespace}.{metadata.GetString it.Name}"
        ]

        Assert.Contains("System.FormattableString", named)

        named
        |> Seq.filter (fun it ->
            it.StartsWith "Microsoft.FSharp.Core.Printf"
            || it.StartsWith "Microsoft.FSharp.Reflection")
        |> none "What the kernel names of F#'s reflection"

    [<Fact>]
    member _.``no F# type shows in what C# users see``() =
        let isForeign (it: Type) =
            (string it.FullName).StartsWith "Microsoft.FSharp"

        let isVisible (mem: MemberInfo) =
            match mem with
            | :? MethodBase as it -> it.IsPublic || it.IsFamily || it.IsFamilyOrAssembly
            | :? FieldInfo as it -> it.IsPublic || it.IsFamily || it.IsFamilyOrAssembly
            | :? PropertyInfo as it -> it.GetAccessors().Length > 0
            | _ -> false

        let types =
            [
                kernel
                Assembly.Load "Cano.Runtime"
                Assembly.Load "Cano.Faster"
                Assembly.Load "Cano.CSharp"
            ]
            |> Seq.collect _.GetExportedTypes()
            |> Seq.filter (fun it -> it.Namespace = "Cano")

        Assert.True(Seq.length types > 20)

        members types
        |> Seq.filter (fun mem -> isVisible mem && not (isGenerated mem))
        |> Seq.filter (fun mem -> signature mem |> List.exists isForeign)
        |> Seq.map told
        |> none "Members with F# types"

    [<Fact>]
    member _.``in C# the names of states and the JSON of F#'s types alone name F#'s own types``() =
        let found =
            sources "src" "*.cs"
            |> Array.filter (fun file -> (File.ReadAllText file).Contains "Microsoft.FSharp")
            |> Array.map relative
            |> Array.filter (fun file -> not (file.StartsWith "src/Cano.Runtime/Data/FSharpJson/"))

        Law.equal
            [|
                "src/Cano.Runtime/Data/StateNames.cs"
                "src/Cano.Runtime/Data/UnionStates.cs"
            |]
            found

    [<Fact>]
    member _.``the journal's engine is named in its own project alone``() =
        sources "src" "*.*s"
        |> Seq.filter (fun file -> (File.ReadAllText file).Contains "FASTER.core")
        |> Seq.map relative
        |> Seq.filter (fun file -> not (file.StartsWith "src/Cano.Faster/"))
        |> none "Files that name FASTER"

    [<Fact>]
    member _.``one place turns users' values into bytes and back, beside the JSON of F#'s types``
        ()
        =
        let found =
            sources "src" "*.cs"
            |> Array.filter (fun file -> (File.ReadAllText file).Contains "JsonSerializer.")
            |> Array.map relative
            |> Array.filter (fun file -> not (file.StartsWith "src/Cano.Runtime/Data/FSharpJson/"))

        Law.equal [| "src/Cano.Runtime/Data/ValueCodec.cs" |] found
