//! The `Copies` port over Lambda. Nothing here has a `Debug` form: environment variables may be secrets.

use std::time::Duration;

use aws_sdk_lambda::operation::get_function::GetFunctionOutput;
use aws_sdk_lambda::primitives::Blob;
use aws_sdk_lambda::types::{
    Architecture, Environment, FunctionCode, FunctionConfiguration, Layer, LoggingConfig, SnapStart,
    TracingConfig, VpcConfig,
};

use super::LambdaFunctions;
// The macros that read a reply use these where they are expanded.
use super::{
    Arn, FunctionKind, FunctionName, FunctionState, PackageType, Qualifier, Revision, SnapStartApplyOn,
    SystemLogLevel, lifecycle, update,
};
use crate::aws::error::translate;
use crate::aws::web::WebClient;
use crate::coldstart::Variant;
use crate::package::ready_made;
use crate::ports::{Buckets, Callers, Copies, CopyOrder, FunctionPackage, Packages, RemoteError, Web};
use crate::promise::web::Request;

/// Lambda takes larger packages from S3 only
/// (<https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html>).
const LARGEST_UPLOAD: usize = 50 * 1024 * 1024;
/// For the download of a package.
const PATIENCE: Duration = Duration::from_secs(120);
const OPERATION: &str = "lambda:CreateFunction";
/// Makes Python tell what each import takes; other languages do not know it
/// (<https://docs.python.org/3/using/cmdline.html#envvar-PYTHONPROFILEIMPORTTIME>).
const IMPORT_TIMES: &str = "PYTHONPROFILEIMPORTTIME";

impl Copies for LambdaFunctions {
    async fn copy(&self, order: &CopyOrder) -> Result<FunctionState, RemoteError> {
        let source = self.whole(&order.source, order.variant.qualifier.as_ref()).await?;
        let code = self.code_of(&source).await?;
        let found = source.configuration.ok_or_else(|| RemoteError::Unknown {
            operation: "lambda:GetFunction".into(),
            message: "the reply holds no configuration".into(),
        })?;
        let request = self
            .client
            .create_function()
            .function_name(order.name.as_str())
            .description(&order.description)
            .code(code)
            .set_memory_size(memory(&order.variant).or(found.memory_size))
            .set_architectures(architecture(&order.variant).or_else(|| found.architectures.clone()))
            .logging_config(logging(&found))
            .set_environment(environment(&found, &order.variant))
            .set_vpc_config(network(&found))
            .set_layers(layers(&found))
            .set_snap_start(snap_start(&found, &order.variant))
            .set_tracing_config(
                found.tracing_config.map(|tracing| TracingConfig::builder().set_mode(tracing.mode).build()),
            )
            .set_image_config(found.image_config_response.and_then(|image| image.image_config))
            .set_runtime(found.runtime)
            .set_role(found.role)
            .set_handler(found.handler)
            .set_timeout(found.timeout)
            .set_package_type(found.package_type)
            .set_kms_key_arn(found.kms_key_arn)
            .set_file_system_configs(found.file_system_configs)
            .set_ephemeral_storage(found.ephemeral_storage)
            .set_tenancy_config(found.tenancy_config);
        let reply = request.send().await.map_err(|error| translate(OPERATION, error))?;
        Ok(state!(&reply))
    }

    async fn delete_copy(&self, copy: &FunctionName) -> Result<(), RemoteError> {
        let request = self.client.delete_function().function_name(copy.as_str());
        request.send().await.map(drop).map_err(|error| translate("lambda:DeleteFunction", error))
    }

    async fn callers(&self, function: &FunctionName) -> Result<Callers, RemoteError> {
        let aliases = self
            .client
            .list_aliases()
            .function_name(function.as_str())
            .send()
            .await
            .map_err(|error| translate("lambda:ListAliases", error))?;
        let sources = self
            .client
            .list_event_source_mappings()
            .function_name(function.as_str())
            .send()
            .await
            .map_err(|error| translate("lambda:ListEventSourceMappings", error))?;
        Ok(Callers {
            has_aliases: !aliases.aliases().is_empty(),
            has_event_sources: !sources.event_source_mappings().is_empty(),
        })
    }
}

impl Packages for LambdaFunctions {
    async fn package(
        &self,
        function: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<FunctionPackage, RemoteError> {
        let found = self.whole(function, qualifier).await?;
        let bytes = if image_of(&found).is_some() { None } else { Some(download(&found).await?) };
        let configuration = found.configuration();
        let bytes_of = |layer: &Layer| u64::try_from(layer.code_size()).unwrap_or_default();
        let layers = configuration.map(|found| found.layers()).unwrap_or_default();
        Ok(FunctionPackage {
            bytes,
            handler: configuration.and_then(|found| found.handler()).map(ToOwned::to_owned),
            layers: layers
                .iter()
                .filter_map(|layer| Some((layer.arn()?.to_owned(), bytes_of(layer))))
                .collect(),
        })
    }
}

impl LambdaFunctions {
    async fn whole(
        &self,
        function: &FunctionName,
        qualifier: Option<&Qualifier>,
    ) -> Result<GetFunctionOutput, RemoteError> {
        let request = self.client.get_function().function_name(function.as_str());
        let request = request.set_qualifier(qualifier.map(ToString::to_string));
        request.send().await.map_err(|error| translate("lambda:GetFunction", error))
    }

    /// The package itself, or where it or the image is.
    async fn code_of(&self, source: &GetFunctionOutput) -> Result<FunctionCode, RemoteError> {
        let code = FunctionCode::builder();
        if let Some(image) = image_of(source) {
            return Ok(code.image_uri(image).build());
        }
        let key = source.code().and_then(|code| code.source_kms_key_arn()).map(ToOwned::to_owned);
        let code = code.set_source_kms_key_arn(key);
        let package = ready_made(download(source).await?);
        if package.bytes.len() <= LARGEST_UPLOAD {
            return Ok(code.zip_file(Blob::new(package.bytes)).build());
        }
        let (key, bucket) = (package.key(), &self.artifact_bucket);
        // It is there already where slsx deployed the function; `slsx gc` removes what nothing uses any more.
        if !self.buckets.has(bucket, &key).await? {
            self.buckets.ensure_private(bucket).await?;
            self.buckets.put(bucket, &key, package.bytes, None).await?;
        }
        Ok(code.s3_bucket(bucket).s3_key(key).build())
    }
}

fn image_of(source: &GetFunctionOutput) -> Option<&str> {
    source.code().and_then(|code| code.resolved_image_uri().or_else(|| code.image_uri()))
}

async fn download(source: &GetFunctionOutput) -> Result<Vec<u8>, RemoteError> {
    let location = source.code().and_then(|code| code.location()).ok_or_else(|| {
        refused("NoPackage", "Lambda does not say where the package of the original is".into())
    })?;
    let request = Request { method: "GET".into(), url: location.into(), headers: Vec::new(), body: None };
    let answer = WebClient::new(location).send(&request, PATIENCE).await?;
    if answer.status != 200 {
        return Err(refused("NoPackage", format!("the download was answered with {}", answer.status)));
    }
    Ok(answer.body)
}

fn refused(code: &str, message: String) -> RemoteError {
    RemoteError::Rejected { operation: OPERATION.into(), code: code.into(), message }
}

fn memory(variant: &Variant) -> Option<i32> {
    variant.memory_mb.and_then(|memory| i32::try_from(memory).ok())
}

fn architecture(variant: &Variant) -> Option<Vec<Architecture>> {
    variant.architecture.as_deref().map(|name| vec![Architecture::from(name)])
}

/// The log group of the original, so that no other one is left behind.
fn logging(found: &FunctionConfiguration) -> LoggingConfig {
    let config = found.logging_config();
    let default = || format!("/aws/lambda/{}", found.function_name().unwrap_or_default());
    LoggingConfig::builder()
        .log_group(config.and_then(|config| config.log_group()).map_or_else(default, ToOwned::to_owned))
        .set_log_format(config.and_then(|config| config.log_format().cloned()))
        .set_application_log_level(config.and_then(|config| config.application_log_level().cloned()))
        .set_system_log_level(config.and_then(|config| config.system_log_level().cloned()))
        .build()
}

fn environment(found: &FunctionConfiguration, variant: &Variant) -> Option<Environment> {
    let mut variables = found.environment().and_then(|own| own.variables()).cloned().unwrap_or_default();
    if variant.is_looked_into {
        variables.insert(IMPORT_TIMES.to_owned(), "1".to_owned());
    }
    (!variables.is_empty()).then(|| Environment::builder().set_variables(Some(variables)).build())
}

/// A snapshot is made before anybody can look.
fn snap_start(found: &FunctionConfiguration, variant: &Variant) -> Option<SnapStart> {
    let wanted = found.snap_start().filter(|_| !variant.is_looked_into)?;
    Some(SnapStart::builder().set_apply_on(wanted.apply_on().cloned()).build())
}

/// None where there is no VPC: Lambda answers with empty lists there.
fn network(found: &FunctionConfiguration) -> Option<VpcConfig> {
    let vpc = found.vpc_config().filter(|vpc| !vpc.subnet_ids().is_empty())?;
    let config = VpcConfig::builder()
        .set_subnet_ids(Some(vpc.subnet_ids().to_vec()))
        .set_security_group_ids(Some(vpc.security_group_ids().to_vec()))
        .set_ipv6_allowed_for_dual_stack(vpc.ipv6_allowed_for_dual_stack());
    Some(config.build())
}

fn layers(found: &FunctionConfiguration) -> Option<Vec<String>> {
    let arns: Vec<String> =
        found.layers().iter().filter_map(|layer| layer.arn()).map(ToOwned::to_owned).collect();
    (!arns.is_empty()).then_some(arns)
}
