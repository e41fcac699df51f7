package sdk

// eks are the calls of EKS that are operations of its API; call and runJob talk to the cluster itself.
var eks = &service{resource: "eks", names: awsNames("EKS", "AmazonEKS"), rows: map[string]*row{
	"createCluster": {job: &job{
		id: named("Name", "Input.Name"), poll: "describeCluster", status: expr(`Cluster.Status`),
		good: states("ACTIVE"), bad: states("FAILED"), slow: true,
	}},
	"deleteCluster": {job: &job{
		id: named("Name", "Input.Name"), poll: "describeCluster", status: expr(`Cluster.Status`), bad: states("FAILED"), gone: true, slow: true,
	}},
	"createNodegroup": {job: &job{
		id: named("ClusterName", "Input.ClusterName", "NodegroupName", "Input.NodegroupName"), poll: "describeNodegroup",
		status: expr(`Nodegroup.Status`), good: states("ACTIVE"), bad: states("CREATE_FAILED DEGRADED DELETE_FAILED"), slow: true,
	}},
	"deleteNodegroup": {job: &job{
		id: named("ClusterName", "Input.ClusterName", "NodegroupName", "Input.NodegroupName"), poll: "describeNodegroup",
		status: expr(`Nodegroup.Status`), bad: states("DELETE_FAILED"), gone: true, slow: true,
	}},
	"createFargateProfile": {job: &job{
		id:   named("ClusterName", "Input.ClusterName", "FargateProfileName", "Input.FargateProfileName"),
		poll: "describeFargateProfile", status: expr(`FargateProfile.Status`), good: states("ACTIVE"), bad: states("CREATE_FAILED DELETE_FAILED"), slow: true,
	}},
	"deleteFargateProfile": {job: &job{
		id:   named("ClusterName", "Input.ClusterName", "FargateProfileName", "Input.FargateProfileName"),
		poll: "describeFargateProfile", status: expr(`FargateProfile.Status`), bad: states("DELETE_FAILED"), gone: true, slow: true,
	}},
}}
